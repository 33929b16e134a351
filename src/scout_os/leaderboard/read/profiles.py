"""Names and pictures for the board: remembered for seconds, forgotten at once when told of a change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress

from scout_os.leaderboard.models import Profile, Row, Score, Top
from scout_os.leaderboard.redis.redis_board import BoardAway
from scout_os.leaderboard.repository import BoardRepository
from scout_os.leaderboard.rules import ranks

REMEMBER_SECONDS = 4.0
"""While PostgreSQL answers, no name is remembered longer: a deleted learner's is gone within five seconds."""
UNKNOWN = Profile(name="Pramuka", picture_url=None)
"""Shown for a name that cannot be read now; rank and XP are true all the same."""


class Profiles:
    """Who is behind the scores of a page.

    A worker that changes a name forgets all faces and marks the board in Redis; readers of the board who see a new mark
    forget theirs. While Redis is away the other workers learn of it when the time of what they remember is over.
    """

    def __init__(
        self,
        *,
        repository: BoardRepository,
        mark: Callable[[], Awaitable[None]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._repository = repository
        self._tell_others = mark
        self._monotonic = monotonic
        self._mark = ""
        self._generation = 0
        self._remembered: dict[int, tuple[float, Profile]] = {}
        self._seen: dict[int, Profile] = {}
        """Also those of a while ago, for when PostgreSQL is away."""
        self._reading = asyncio.Lock()

    async def changed(self) -> None:
        """Somebody's name or picture is another one now. Never raises."""
        self._forget()
        with suppress(BoardAway):
            await self._tell_others()

    def see_mark(self, mark: str) -> None:
        """Take note of the board's mark: another one than before means that faces have changed."""
        if mark != self._mark:
            self._mark = mark
            self._forget()

    def are_fresh(self, user_ids: Collection[int]) -> bool:
        """Whether all of them are remembered."""
        now = self._monotonic()
        remembered = self._remembered
        return all((kept := remembered.get(user)) is not None and kept[0] > now for user in user_ids)

    async def find(self, user_ids: Collection[int]) -> dict[int, Profile]:
        """Profiles of those of `user_ids` who may be on the board. Raises `Unavailable`."""
        if not self.are_fresh(user_ids):
            async with self._reading:  # whoever waited finds them read
                if not self.are_fresh(user_ids):
                    await self._read(user_ids)
        return {user: self._remembered[user][1] for user in user_ids if user in self._remembered}

    def recall(self, user_ids: Collection[int]) -> dict[int, Profile]:
        """Profiles for all of `user_ids` without asking PostgreSQL: those seen last before it went away."""
        return {user: self._seen.get(user, UNKNOWN) for user in user_ids}

    def _forget(self) -> None:
        self._generation += 1
        self._remembered.clear()

    async def _read(self, user_ids: Collection[int]) -> None:
        generation = -1
        while generation != self._generation:  # what was read before a change is not to be remembered after it
            generation = self._generation
            until = self._monotonic() + REMEMBER_SECONDS
            profiles = await self._repository.list_profiles(user_ids)
        self._remembered = {user: kept for user, kept in self._remembered.items() if kept[0] > self._monotonic()}
        self._remembered.update((user, (until, profile)) for user, profile in profiles.items())
        self._seen = profiles


def show(scores: Sequence[Score], profiles: dict[int, Profile]) -> Top:
    """The rows of `scores`, highest first."""
    totals = [score.xp for score in scores]
    return Top([Row(rank, score, profiles[score.user_id]) for rank, score in zip(ranks(totals), scores, strict=True)])
