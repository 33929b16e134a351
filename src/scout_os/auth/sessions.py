"""How sessions end: this one, all of them, or all by a new password."""

from __future__ import annotations

from typing import Protocol

from scout_os.auth.problems import PasswordGuessable, WrongPassword
from scout_os.auth.repository import SessionRepository
from scout_os.auth.rules import is_guessable
from scout_os.auth.throttle import Throttle
from scout_os.core.access_tokens import Tokens, Verified
from scout_os.core.passwords import Passwords
from scout_os.core.problems import Unauthenticated
from scout_os.users.models import Account


class FindAccount(Protocol):
    """What whoever asks for the password needs of the users' repository."""

    async def find_account(self, user_id: int) -> Account | None:
        """The active user with this id."""


class SessionService:
    """Ends tokens before their time. Other workers refuse them as soon as they no longer believe what they read last."""

    def __init__(
        self,
        *,
        sessions: SessionRepository,
        users: FindAccount,
        passwords: Passwords,
        tokens: Tokens,
        throttle: Throttle,
    ) -> None:
        self._sessions = sessions
        self._users = users
        self._passwords = passwords
        self._tokens = tokens
        self._throttle = throttle

    async def log_out(self, token: Verified) -> None:
        """End this token."""
        await self._sessions.revoke(token)

    async def log_out_everywhere(self, user_id: int) -> None:
        """End all of the user's tokens."""
        await self._sessions.revoke_all(user_id)

    async def change_password(self, user_id: int, *, old: str, new: str) -> str:
        """Set a new password, end all tokens, and return a new one.

        Raises `WrongPassword`, `PasswordGuessable`, `TooManyRequests`.
        """
        account = await self._users.find_account(user_id)
        if account is None:
            raise Unauthenticated
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
