"""Privacy's use cases: learners hide, export and erase themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scout_os.auth.service import AuthService
from scout_os.core.access_tokens import Verified
from scout_os.core.bulkhead import Bulkhead
from scout_os.core.problems import Unauthenticated
from scout_os.moderation.models import Actor
from scout_os.moderation.service import ModerationService
from scout_os.privacy.repository import PrivacyRepository
from scout_os.users.problems import UnknownUser


class PrivacyService:
    """Hides, shows, exports and erases the caller. All methods raise `Unauthenticated` if the caller is gone."""

    def __init__(
        self,
        *,
        repository: PrivacyRepository,
        auth: AuthService,
        moderation: ModerationService,
        admission: Bulkhead,
    ) -> None:
        self._repository = repository
        self._auth = auth
        self._moderation = moderation
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
        await self._auth.prove(learner, password)
        await self._moderation.erase(learner.user_id, actor=Actor(learner.user_id))
