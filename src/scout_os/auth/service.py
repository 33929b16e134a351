"""Registration, login and the end of sessions."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from scout_os.auth.problems import InvalidCredentials, PasswordGuessable, WrongPassword
from scout_os.auth.repository import SessionRepository
from scout_os.auth.rules import is_guessable
from scout_os.auth.throttle import Throttle
from scout_os.core.access_tokens import Tokens, Verified
from scout_os.core.identity import Role
from scout_os.core.passwords import Passwords
from scout_os.core.problems import Unavailable
from scout_os.users.models import Account
from scout_os.users.problems import UnknownUser
from scout_os.users.repository import UserRepository
from scout_os.users.rules import normal_username


@dataclass(frozen=True, slots=True)
class Session:
    account: Account
    access_token: str = field(repr=False)


class AuthService:
    """Creates accounts, and begins and ends sessions. Other workers refuse ended ones when their cached roles expire.

    Names, usernames and new passwords are validated before (`RegisterBody`, `LoginBody`).
    """

    def __init__(
        self,
        *,
        users: UserRepository,
        sessions: SessionRepository,
        passwords: Passwords,
        tokens: Tokens,
        throttle: Throttle,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._passwords = passwords
        self._tokens = tokens
        self._throttle = throttle

    async def register(
        self,
        *,
        username: str,
        name: str,
        password: str,
        gugus_depan: str | None = None,
        role: Role = "learner",
        address: str | None = None,
    ) -> Session:
        """Create an account; raises `UsernameTaken`, `TooManyRequests`. `address` is None for an operator's request."""
        if address is not None:
            await self._throttle.registration(address)
        account = await self._users.create(
            username=username,
            name=name,
            password_hash=await self._passwords.hash(password),
            gugus_depan=gugus_depan,
            role=role,
        )
        return self.session(account)

    async def login(self, username: str, password: str, *, address: str) -> Session:
        """A session for the right password of an active account; raises `TooManyRequests`, `InvalidCredentials`.

        A refusal takes as long as a success, whatever its reason.
        """
        account = await self.check_password(username, password, address=address)
        await self._renew_hash(account, password)
        return self.session(account)

    async def check_password(self, username: str, password: str, *, address: str) -> Account:
        """The active account whose password this is; raises as `login` does."""
        async with self._throttle.login(username, address):
            account = await self._users.find_by_username(username)
            matches = await self._passwords.verify(account.password_hash if account else None, password)
            if account is None or not account.is_active or not matches:
                raise InvalidCredentials
            return account

    async def log_out(self, token: Verified) -> None:
        await self._sessions.revoke(token)

    async def log_out_everywhere(self, user_id: int) -> None:
        await self._sessions.revoke_all(user_id)

    async def change_password(self, user_id: int, *, old: str, new: str) -> str:
        """Set a new password, end all tokens, and return a new one.

        Raises `WrongPassword`, `PasswordGuessable`, `TooManyRequests`.
        """
        account = await self._users.get_account(user_id)
        async with self._throttle.old_password(user_id):
            if not await self._passwords.verify(account.password_hash, old):
                raise WrongPassword
        if is_guessable(new, account.username):
            raise PasswordGuessable
        renewed = await self._passwords.hash(new)
        generation = await self._sessions.change_password(user_id, old=account.password_hash, new=renewed)
        if generation is None:
            raise WrongPassword  # it was changed meanwhile
        return self._tokens.issue(user_id, generation)

    def session(self, account: Account) -> Session:
        """A session for somebody who proved that the account is theirs."""
        return Session(account, self._tokens.issue(account.id, account.token_generation))

    async def token_for(self, username: str) -> str:
        """For operators: a token for an active user without the password; raises `UnknownUser`."""
        account = await self._users.find_by_username(normal_username(username))
        if account is None or not account.is_active:
            raise UnknownUser
        return self._tokens.issue(account.id, account.token_generation)

    def issue_token(self, user_id: int) -> str:
        """A first-generation token for this id, without checking that such a user exists."""
        return self._tokens.issue(user_id)

    async def _renew_hash(self, account: Account, password: str) -> None:
        """Hash the password again if the cost settings have changed; never fails the login."""
        if account.password_hash is None or not self._passwords.needs_rehash(account.password_hash):
            return
        with contextlib.suppress(Unavailable):
            renewed = await self._passwords.hash(password)
            await self._users.set_password_hash(account.id, old=account.password_hash, new=renewed)
