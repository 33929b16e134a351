"""Privacy's use cases: learners hide, export and erase themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from scout_os.auth.problems import WrongPassword
from scout_os.auth.throttle import Throttle
from scout_os.core.access_tokens import Verified
from scout_os.core.bulkhead import Bulkhead
from scout_os.core.clock import Clock
from scout_os.core.passwords import Passwords
from scout_os.core.problems import Unauthenticated
from scout_os.moderation.models import Actor
from scout_os.moderation.service import ModerationService
from scout_os.privacy.problems import NotProven
from scout_os.privacy.repository import PrivacyRepository
from scout_os.users.problems import UnknownUser
from scout_os.users.repository import UserRepository

FRESH = timedelta(minutes=10)
"""Maximum age of a token that replaces a password."""


class PrivacyService:
    """Hides, shows, exports and erases the caller. All methods raise `Unauthenticated` if the caller is gone."""

    def __init__(
        self,
        *,
        repository: PrivacyRepository,
        users: UserRepository,
        moderation: ModerationService,
        passwords: Passwords,
        clock: Clock,
        throttle: Throttle,
        admission: Bulkhead,
    ) -> None:
        self._repository = repository
        self._users = users
        self._moderation = moderation
        self._passwords = passwords
        self._clock = clock
        self._throttle = throttle
        self._admission = admission

    async def is_visible(self, user_id: int) -> bool:
        return not await self._repository.is_hidden(user_id)

    async def set_visible(self, user_id: int, *, visible: bool) -> None:
        try:
            await self._moderation.set_hidden(user_id, hidden=not visible)
        except UnknownUser as error:
            raise Unauthenticated from error

    async def export(self, user_id: int) -> tuple[str, Mapping[str, Sequence[str]]]:
        """See `PrivacyRepository.get_holdings`."""
        async with self._admission.enter():
            return await self._repository.get_holdings(user_id)

    async def erase(self, learner: Verified, password: str | None) -> None:
        """Erase the caller for good. Only the id and its ledger stay, without a name.

        Raises `NotProven`, `WrongPassword`, `TooManyRequests`.
        """
        await self._check_proof(learner, password)
        await self._moderation.erase(learner.user_id, actor=Actor(learner.user_id))

    async def _check_proof(self, learner: Verified, password: str | None) -> None:
        account = await self._users.get_account(learner.user_id)
        if account.password_hash is None:
            if self._clock.now().timestamp() - learner.issued_at > FRESH.total_seconds():
                raise NotProven
            return
        if password is None:
            raise NotProven
        async with self._throttle.old_password(learner.user_id):
            if not await self._passwords.verify(account.password_hash, password):
                raise WrongPassword
