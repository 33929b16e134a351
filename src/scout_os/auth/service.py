"""Registration, login and the end of sessions."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from scout_os.auth.codes import CodeRepository
from scout_os.auth.known_addresses import KnownAddresses
from scout_os.auth.problems import (
    CodeInvalid,
    InvalidCredentials,
    NotProven,
    PasswordGuessable,
    UsernameGuessed,
    WrongPassword,
)
from scout_os.auth.repository import SessionRepository
from scout_os.auth.rules import is_guessable
from scout_os.auth.sign_ups import SignUps
from scout_os.auth.throttle import Throttle
from scout_os.core.access_tokens import Tokens, Verified
from scout_os.core.bulkhead import Bulkhead
from scout_os.core.clock import Clock
from scout_os.core.identity import Role
from scout_os.core.passwords import Passwords
from scout_os.core.problems import KeyReused, Unauthenticated, Unavailable
from scout_os.users.models import Account, SignUp
from scout_os.users.problems import UnknownUser, UsernameTaken
from scout_os.users.repository import UserRepository
from scout_os.users.rules import normal_username

FRESH = timedelta(minutes=10)
"""Maximum age of a token that replaces a password."""
CODE_LIFETIME = timedelta(hours=24)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Session:
    account: Account
    access_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who signs up, and how."""

    username: str
    name: str
    password: str = field(repr=False)
    gugus_depan: str | None
    timezone: str | None
    request: str
    """What was sent, without the password."""


class AuthService:
    """Creates accounts, and begins and ends sessions. All workers refuse ended ones within 5 s.

    Names, usernames and new passwords are validated before (`RegisterBody`, `LoginBody`).
    """

    def __init__(
        self,
        *,
        users: UserRepository,
        sessions: SessionRepository,
        codes: CodeRepository,
        passwords: Passwords,
        tokens: Tokens,
        throttle: Throttle,
        known_addresses: KnownAddresses,
        sign_ups: SignUps,
        admission: Bulkhead,
        clock: Clock,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._codes = codes
        self._passwords = passwords
        self._tokens = tokens
        self._throttle = throttle
        self._known_addresses = known_addresses
        self._sign_ups = sign_ups
        self._admission = admission
        self._clock = clock

    async def register(
        self,
        *,
        username: str,
        name: str,
        password: str,
        gugus_depan: str | None = None,
        timezone: str | None = None,
        role: Role = "learner",
        sign_up: SignUp | None = None,
    ) -> Account:
        """Create an account; raises `UsernameTaken`."""
        return await self._users.create(
            username=username,
            name=name,
            password_hash=await self._passwords.hash(password),
            gugus_depan=gugus_depan,
            timezone=timezone,
            role=role,
            sign_up=sign_up,
        )

    async def sign_up(self, newcomer: Newcomer, *, address: str, key: str | None) -> tuple[Session, bool]:
        """Create an account and begin a session; true if this very sign-up, with this `key`, did so before.

        Raises `UsernameTaken`, `KeyReused`, `TooManyRequests`.
        """
        await self._throttle.registration(address)
        sign_up = None if key is None else self._sign_ups.of(key, newcomer.request)
        try:
            account = await self.register(
                username=newcomer.username,
                name=newcomer.name,
                password=newcomer.password,
                gugus_depan=newcomer.gugus_depan,
                timezone=newcomer.timezone,
                sign_up=sign_up,
            )
        except UsernameTaken:
            if sign_up is None:
                raise
            await self._sign_ups.check_repeated(sign_up)
            try:
                return await self.login(newcomer.username, newcomer.password, address=address), True
            except InvalidCredentials:
                raise KeyReused from None  # the password is part of the request
        await self._known_addresses.remember(self._known_addresses.of(newcomer.username, address), account.id)
        return self.session(account), False

    async def login(self, username: str, password: str, *, address: str) -> Session:
        """A session for the right password of an active account; raises `TooManyRequests`, `InvalidCredentials`.

        A refusal takes as long as a success, whatever its reason.
        """
        account = await self.check_password(username, password, address=address)
        await self._renew_hash(account, password)
        return self.session(account)

    async def check_password(self, username: str, password: str, *, address: str) -> Account:
        """The active account whose password this is; raises as `login` does."""
        pair = self._known_addresses.of(username, address)
        async with self._admission.enter():
            is_known = await self._known_addresses.is_known(pair)
        async with self._throttle.login(pair, is_known=is_known), self._admission.enter():
            account = await self._users.find_by_username(username)
            matches = await self._passwords.verify(account.password_hash if account else None, password)
            if account is None or not account.is_active or not matches:
                raise InvalidCredentials
            await self._known_addresses.remember(pair, account.id)
        return account

    async def log_out(self, token: Verified) -> None:
        await self._sessions.revoke(token)

    async def log_out_everywhere(self, user_id: int) -> None:
        await self._sessions.revoke_all(user_id)

    async def change_password(self, holder: Verified, *, old: str, new: str) -> str:
        """Set a new password, end all tokens, and return a new one.

        Raises `WrongPassword`, `PasswordGuessable`, `TooManyRequests`.
        """
        account = await self._users.get_account(holder.user_id)
        async with self._throttle.old_password(holder.token_id):
            if not await self._passwords.verify(account.password_hash, old):
                raise WrongPassword
        if is_guessable(new, account.username):
            raise PasswordGuessable
        renewed = await self._passwords.hash(new)
        generation = await self._sessions.change_password(account.id, old=account.password_hash, new=renewed)
        if generation is None:
            raise WrongPassword  # it was changed meanwhile
        return self._tokens.issue(account.id, generation, account.account_key)

    async def redeem_code(self, username: str, code: str, password: str, *, address: str) -> Session:
        """Set a forgotten password by a one-time code, end all tokens, and begin a session.

        Raises `CodeInvalid`, as late and in the same words whatever the reason, and `TooManyRequests`.
        """
        pair = self._known_addresses.of(username, address)
        async with self._throttle.code(pair):
            stored = await self._codes.find(username, self._clock.now() - CODE_LIFETIME)
            if not await self._passwords.verify(stored.code_hash if stored else None, code) or stored is None:
                raise CodeInvalid
            account = await self._codes.redeem(stored, await self._passwords.hash(password))
            if account is None:
                raise CodeInvalid  # it was used or replaced meanwhile
        await self._known_addresses.remember(pair, account.id)
        log.warning("password_code_redeemed", user_id=account.id)
        return self.session(account)

    async def rename(self, learner: Verified, username: str, password: str | None, *, address: str) -> Account:
        """Give the caller another username. Sessions go on, logins by the old name do not.

        Raises `UsernameTaken`, `UsernameGuessed`, and as `prove` does.
        """
        account = await self.prove(learner, password)
        if password and is_guessable(password, username) and not is_guessable(password, account.username):
            raise UsernameGuessed
        try:
            await self._users.set_username(account.id, username)
        except UnknownUser as error:
            raise Unauthenticated from error
        await self._known_addresses.remember(self._known_addresses.of(username, address), account.id)
        log.warning("username_changed", user_id=account.id, actor=f"user:{account.id}")
        return replace(account, username=username)

    async def prove(self, learner: Verified, password: str | None) -> Account:
        """The caller's account, if the password is right, or the account has none and the token is at most `FRESH` old.

        Raises `NotProven`, `WrongPassword`, `TooManyRequests`.
        """
        account = await self._users.get_account(learner.user_id)
        if account.password_hash is None:
            if abs(self._clock.now().timestamp() - learner.issued_at) > FRESH.total_seconds():
                raise NotProven
            return account
        if password is None:
            raise NotProven
        async with self._throttle.old_password(learner.token_id):
            if not await self._passwords.verify(account.password_hash, password):
                raise WrongPassword
        return account

    def session(self, account: Account) -> Session:
        """A session for somebody who proved that the account is theirs."""
        return Session(account, self._tokens.issue(account.id, account.token_generation, account.account_key))

    async def token_for(self, username: str) -> str:
        """For operators: a token for an active user without the password; raises `UnknownUser`."""
        account = await self._users.find_by_username(normal_username(username))
        if account is None or not account.is_active:
            raise UnknownUser
        return self.session(account).access_token

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
