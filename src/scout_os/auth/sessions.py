"""Ends sessions: one, all, or all by a new password."""

from __future__ import annotations

from scout_os.auth.problems import PasswordGuessable, WrongPassword
from scout_os.auth.repository import SessionRepository
from scout_os.auth.rules import is_guessable
from scout_os.auth.throttle import Throttle
from scout_os.core.access_tokens import Tokens, Verified
from scout_os.core.passwords import Passwords
from scout_os.users.repository import UserRepository


class SessionService:
    """Ends tokens before they expire. Other workers refuse them when their cached roles expire."""

    def __init__(
        self,
        *,
        sessions: SessionRepository,
        users: UserRepository,
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
