"""Names and pictures for the board: read from PostgreSQL each time, remembered for when it is away."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from scout_os.gamification.models import Face
from scout_os.gamification.repository import BoardRepository

REMEMBER_SECONDS = 5.0
"""While PostgreSQL answers, no name is remembered longer: a deleted learner's is gone by then."""
UNKNOWN = Face(name="Pramuka", picture_url=None)
"""Shown for a name that cannot be read now; rank and XP are true all the same."""


class Faces:
    """Who is behind the ids of a page."""

    def __init__(self, repository: BoardRepository, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._repository = repository
        self._monotonic = monotonic
        self._remembered: dict[int, tuple[float, Face]] = {}

    async def find(self, user_ids: Collection[int]) -> dict[int, Face]:
        """Faces of those of `user_ids` who may be on the board. Raises `Unavailable`."""
        if not user_ids:
            return {}
        faces = await self._repository.list_faces(user_ids)
        now = self._monotonic()
        oldest = now - REMEMBER_SECONDS
        self._remembered = {user: kept for user, kept in self._remembered.items() if kept[0] > oldest}
        self._remembered.update((user, (now, face)) for user, face in faces.items())
        return faces

    def recall(self, user_ids: Collection[int]) -> dict[int, Face]:
        """Faces for all of `user_ids` without asking PostgreSQL: those seen last before it went away."""
        return {user: self._remembered[user][1] if user in self._remembered else UNKNOWN for user in user_ids}
