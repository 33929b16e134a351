"""What adults do for learners who cannot log in: admins over HTTP, and operators at the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import structlog

from scout_os.auth.codes import CodeRepository
from scout_os.auth.readable import CODE_GROUPS, PASSWORD_GROUPS, readable, typed_code
from scout_os.auth.repository import SessionRepository
from scout_os.auth.service import CODE_LIFETIME
from scout_os.core.clock import Clock
from scout_os.core.passwords import Passwords
from scout_os.moderation.models import Actor
from scout_os.moderation.problems import AdminsPassword
from scout_os.users.problems import UnknownUser
from scout_os.users.repository import UserRepository

BATCH = 1000
"""Accounts whose sessions end in one commit: their learners wait for it."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class IssuedCode:
    code: str = field(repr=False)
    expires_at: datetime


class AccountsService:
    """Changes accounts. All methods but `log_out_everybody` raise `UnknownUser`, and log what was done.

    Secrets are shown once, to the caller, and stored as hashes. Only operators reset the passwords of admins: otherwise a
    stolen admin's token would open all admins' accounts.
    """

    def __init__(
        self,
        *,
        users: UserRepository,
        sessions: SessionRepository,
        codes: CodeRepository,
        passwords: Passwords,
        clock: Clock,
    ) -> None:
        self._users = users
        self._sessions = sessions
        self._codes = codes
        self._passwords = passwords
        self._clock = clock

    async def reset_password(self, user_id: int, *, actor: Actor) -> str:
        """Set a random password, end all sessions, and return the password; raises `AdminsPassword`."""
        password = readable(PASSWORD_GROUPS)
        hashed = await self._passwords.hash(password)
        if not await self._sessions.set_password(user_id, hashed, also_admins=actor.is_operator):
            raise await self._refusal(user_id)
        log.warning("password_reset", user_id=user_id, actor=str(actor))
        return password

    async def issue_code(self, user_id: int, *, actor: Actor) -> IssuedCode:
        """A code with which the learner chooses a new password, once; an earlier one is void. Raises `AdminsPassword`."""
        code, now = readable(CODE_GROUPS), self._clock.now()
        await self._codes.forget(now - CODE_LIFETIME)
        hashed = await self._passwords.hash(typed_code(code))
        if not await self._codes.issue(user_id, hashed, now, also_admins=actor.is_operator):
            raise await self._refusal(user_id)
        log.warning("password_code_issued", user_id=user_id, actor=str(actor))
        return IssuedCode(code, now + CODE_LIFETIME)

    async def rename(self, user_id: int, username: str, *, actor: Actor) -> None:
        """Give an account, even a disabled one, a checked username; raises `UsernameTaken`. Sessions go on."""
        await self._users.set_username(user_id, username)
        log.warning("username_changed", user_id=user_id, actor=str(actor))

    async def log_out(self, user_id: int, *, actor: Actor) -> None:
        await self._sessions.revoke_all(user_id)
        log.warning("sessions_ended", user_id=user_id, actor=str(actor))

    async def log_out_everybody(self, *, actor: Actor) -> int:
        """End all sessions and void all codes; returns the number of accounts. Safe to repeat if it fails on the way."""
        ended, last = 0, -(2**63)
        while True:
            users, reached = await self._sessions.revoke_everybodys(last, BATCH)
            if reached is None:
                break
            ended, last = ended + users, reached
        log.warning("all_sessions_ended", users=ended, actor=str(actor))
        return ended

    async def _refusal(self, user_id: int) -> Exception:
        return AdminsPassword() if await self._users.find_active(self._clock.now(), user_id) else UnknownUser()
