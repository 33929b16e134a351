"""Registration, login, and the tokens that both end in."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import Protocol

from scout_os.auth.problems import InvalidCredentials
from scout_os.auth.throttle import Throttle
from scout_os.core.access_tokens import Tokens
from scout_os.core.identity import Role
from scout_os.core.passwords import Passwords
from scout_os.core.problems import Unavailable
from scout_os.users.models import Account
from scout_os.users.problems import UnknownUser
from scout_os.users.rules import normal_username


class Accounts(Protocol):
    """What registration and login need of the users' repository."""

    async def find_by_username(self, username: str) -> Account | None:
        """The account with this username, disabled ones too."""

    async def create(
        self, *, username: str, name: str, password_hash: str, gugus_depan: str | None, role: Role
    ) -> Account:
        """Add a user; raises `UsernameTaken`."""

    async def set_password_hash(self, user_id: int, *, old: str | None, new: str) -> bool:
        """Replace the hash if it is still `old`."""


@dataclass(frozen=True, slots=True)
class Session:
    """An account and a token that stands for it."""

    account: Account
    access_token: str = field(repr=False)


class AuthService:
    """Makes accounts and sessions. Names, usernames and passwords arrive checked (`RegisterBody`, `LoginBody`)."""

    def __init__(self, *, users: Accounts, passwords: Passwords, tokens: Tokens, throttle: Throttle) -> None:
        self._users = users
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
        """Make an account; raises `UsernameTaken`, `TooManyRequests`. Without an address an operator asks."""
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
        """A session for the right password of an active account.

        Raises `InvalidCredentials` after the same work, `TooManyRequests`.
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

    def session(self, account: Account) -> Session:
        """A session of somebody who showed that the account is theirs."""
        return Session(account, self._tokens.issue(account.id, account.token_generation))

    async def token_for(self, username: str) -> str:
        """A token for an active user without their password, for operators; raises `UnknownUser`."""
        account = await self._users.find_by_username(normal_username(username))
        if account is None or not account.is_active:
            raise UnknownUser
        return self._tokens.issue(account.id, account.token_generation)

    def issue_token(self, user_id: int) -> str:
        """A token for the user of this id who never ended their sessions, without asking whether there is one."""
        return self._tokens.issue(user_id)

    async def _renew_hash(self, account: Account, password: str) -> None:
        """Bring the hash to today's costs while the password is at hand; a login does not fail for want of it."""
        if account.password_hash is None or not self._passwords.needs_rehash(account.password_hash):
            return
        with contextlib.suppress(Unavailable):
            renewed = await self._passwords.hash(password)
            await self._users.set_password_hash(account.id, old=account.password_hash, new=renewed)
