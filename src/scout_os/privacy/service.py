"""What learners do about themselves."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from scout_os.auth.problems import WrongPassword
from scout_os.auth.sessions import FindAccount
from scout_os.auth.throttle import Throttle
from scout_os.core.access_tokens import Verified
from scout_os.core.bulkhead import Bulkhead
from scout_os.core.clock import Clock
from scout_os.core.passwords import Passwords
from scout_os.core.problems import Unauthenticated
from scout_os.moderation.models import Actor
from scout_os.moderation.service import ModerationService
from scout_os.privacy.models import Holdings, Receipt
from scout_os.privacy.problems import NotProven
from scout_os.privacy.repository import PrivacyRepository
from scout_os.users.problems import UnknownUser

FRESH = timedelta(minutes=10)
"""How old a token may be that stands in for a password."""


class PrivacyService:
    """Hides, shows, exports and erases the caller. A caller who is gone raises `Unauthenticated`."""

    def __init__(
        self,
        *,
        repository: PrivacyRepository,
        users: FindAccount,
        corrections: ModerationService,
        passwords: Passwords,
        clock: Clock,
        throttle: Throttle,
        admission: Bulkhead,
    ) -> None:
        self._repository = repository
        self._users = users
        self._corrections = corrections
        self._passwords = passwords
        self._clock = clock
        self._throttle = throttle
        self._admission = admission

    async def is_visible(self, user_id: int) -> bool:
        """Whether the caller has not hidden."""
        hidden = await self._repository.find_hidden(user_id)
        if hidden is None:
            raise Unauthenticated
        return not hidden

    async def set_visible(self, user_id: int, *, visible: bool) -> None:
        """Leave the board or come back, at once; XP goes on either way."""
        try:
            await self._corrections.set_hidden(user_id, hidden=not visible)
        except UnknownUser as error:
            raise Unauthenticated from error

    async def export(self, user_id: int) -> Holdings:
        """All that is held about the caller."""
        async with self._admission.enter():
            holdings = await self._repository.find_holdings(user_id)
        if holdings is None:
            raise Unauthenticated
        return holdings

    async def erase(self, learner: Verified, password: str | None) -> Receipt:
        """Erase the caller for good. What is kept is a number without a name, and its ledger.

        Raises `NotProven`, `WrongPassword`, `TooManyRequests`.
        """
        await self._check_proof(learner, password)
        await self._corrections.erase(learner.user_id, actor=Actor(learner.user_id))
        return Receipt(uuid4(), learner.user_id, self._clock.now())

    async def _check_proof(self, learner: Verified, password: str | None) -> None:
        account = await self._users.find_account(learner.user_id)
        if account is None:
            raise Unauthenticated
        if account.password_hash is None:
            if self._clock.now().timestamp() - learner.issued_at > FRESH.total_seconds():
                raise NotProven
            return
        if password is None:
            raise NotProven
        async with self._throttle.old_password(learner.user_id):
            if not await self._passwords.verify(account.password_hash, password):
                raise WrongPassword
