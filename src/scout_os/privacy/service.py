"""What learners do about themselves."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from scout_os.auth.problems import WrongPassword
from scout_os.auth.throttle import Throttle
from scout_os.core.clock import Clock
from scout_os.core.gate import Gate
from scout_os.core.passwords import Passwords
from scout_os.core.problems import Unauthenticated
from scout_os.core.security import Tokens, Verified
from scout_os.corrections.models import Actor
from scout_os.corrections.service import CorrectionService
from scout_os.privacy.models import Holdings, Receipt
from scout_os.privacy.problems import NotProven
from scout_os.privacy.repository import PrivacyRepository
from scout_os.users.problems import UnknownUser

FRESH = timedelta(minutes=10)
"""How old a token may be that stands in for a password."""


class PrivacyService:
    """Hides, shows, exports and erases the caller. A caller who is gone raises `Unauthenticated`.

    `corrections` has an admission of its own: learners who come and go keep no admin waiting.
    """

    def __init__(
        self,
        *,
        repository: PrivacyRepository,
        corrections: CorrectionService,
        passwords: Passwords,
        tokens: Tokens,
        clock: Clock,
        throttle: Throttle,
        admission: Gate,
    ) -> None:
        self._repository = repository
        self._corrections = corrections
        self._passwords = passwords
        self._tokens = tokens
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
        place = await self._corrections.erase(learner.user_id, actor=Actor(learner.user_id))
        return Receipt(uuid4(), learner.user_id, self._clock.now(), place.board_era)

    async def _check_proof(self, learner: Verified, password: str | None) -> None:
        is_active, stored = await self._repository.find_password_hash(learner.user_id)
        if not is_active:
            raise Unauthenticated
        if stored is None:
            if not self._is_fresh(learner):
                raise NotProven
            return
        if password is None:
            raise NotProven
        async with self._throttle.old_password(learner.user_id):
            if not await self._passwords.verify(stored, password):
                raise WrongPassword

    def _is_fresh(self, token: Verified) -> bool:
        """Whether the token was issued moments ago. One of another lifetime than ours (an older release's) is not."""
        issued = token.valid_until - self._tokens.lifetime.total_seconds()
        return 0 <= self._clock.now().timestamp() - issued <= FRESH.total_seconds()
