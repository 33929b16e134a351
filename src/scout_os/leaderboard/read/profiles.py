"""Names and pictures for the board, cached for seconds; a change empties the cache of every worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from contextlib import suppress

from scout_os.core.batcher import Batcher
from scout_os.leaderboard.models import Profile, Row, Score, Top
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from scout_os.leaderboard.repository import BoardRepository
from scout_os.leaderboard.rules import ranks

REMEMBER_SECONDS = 4.0
"""So the name of a deleted learner is gone within five seconds, as long as PostgreSQL answers."""
UNKNOWN = Profile(name="Pramuka", picture_url=None)
"""Shown while a name cannot be read."""


class Profiles:
    """Names and pictures by user id.

    A worker that changes one forgets all it remembers and marks the board in Redis. The other workers see the new mark when
    they read the board, and forget too. While Redis is away they show the old name until `REMEMBER_SECONDS` are over.
    """

    def __init__(
        self, *, repository: BoardRepository, board: RedisBoard, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._repository = repository
        self._board = board
        self._monotonic = monotonic
        self._mark = ""
        self._generation = 0
        self._remembered: dict[int, tuple[float, Profile]] = {}
        self._seen: dict[int, Profile] = {}
        """Those read last, however long ago: shown while PostgreSQL is away."""
        self._reading = asyncio.Lock()
        self._groups: Batcher[tuple[int, ...], dict[int, Profile]] = Batcher(self._read_groups)

    async def changed(self) -> None:
        """Somebody's name or picture has changed. Never raises."""
        self._forget()
        with suppress(BoardAway):
            await self._board.mark_profiles()

    def see_mark(self, mark: str) -> None:
        if mark != self._mark:
            self._mark = mark
            self._forget()

    def are_fresh(self, user_ids: Collection[int]) -> bool:
        now = self._monotonic()
        remembered = self._remembered
        return all((kept := remembered.get(user)) is not None and kept[0] > now for user in user_ids)

    async def find(self, user_ids: Collection[int]) -> dict[int, Profile]:
        """Profiles of those of `user_ids` who may be on the board. Raises `Unavailable`."""
        if not self.are_fresh(user_ids):
            async with self._reading:  # those who wait find them read
                if not self.are_fresh(user_ids):
                    await self._read(user_ids)
        return {user: self._remembered[user][1] for user in user_ids if user in self._remembered}

    async def find_own(self, user_ids: Collection[int]) -> dict[int, Profile]:
        """As `find`, for rows that each asker has others of: those who ask meanwhile share the next statement."""
        now = self._monotonic()
        found = {
            user: kept[1] for user in user_ids if (kept := self._remembered.get(user)) is not None and kept[0] > now
        }
        missing = tuple(user for user in user_ids if user not in found)
        return found | await self._groups.get(missing) if missing else found

    def recall(self, user_ids: Collection[int]) -> dict[int, Profile]:
        """Profiles for all of `user_ids` without asking PostgreSQL: those read last, or `UNKNOWN`."""
        remembered = self._remembered
        return {user: remembered[user][1] if user in remembered else self._seen.get(user, UNKNOWN) for user in user_ids}

    def _forget(self) -> None:
        self._generation += 1
        self._remembered.clear()

    async def _read(self, user_ids: Collection[int]) -> None:
        self._seen = await self._load(user_ids)

    async def _read_groups(self, groups: Collection[tuple[int, ...]]) -> dict[tuple[int, ...], dict[int, Profile]]:
        return dict.fromkeys(groups, await self._load({user for group in groups for user in group}))

    async def _load(self, user_ids: Collection[int]) -> dict[int, Profile]:
        generation = -1
        while generation != self._generation:  # changed while it was read: read again
            generation = self._generation
            until = self._monotonic() + REMEMBER_SECONDS
            profiles = await self._repository.list_profiles(user_ids)
        self._remembered = {user: kept for user, kept in self._remembered.items() if kept[0] > self._monotonic()}
        self._remembered.update((user, (until, profile)) for user, profile in profiles.items())
        return profiles


class ShownRows:
    """Rows with their profiles, made ready once while neither scores nor profiles change."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._last: tuple[list[Score], list[int], Top] = ([], [], Top([]))
        """Scores, whose they are, and their rows."""

    async def show(self, scores: list[Score]) -> Top | None:
        """The rows of `scores`, highest first; None if somebody on them is not on the board. Raises `Unavailable`."""
        known, ids, top = self._last
        # While the digest in Redis stays, `scores` is the very list of the last time: the rows need not be compared.
        if (scores is known or scores == known) and self._profiles.are_fresh(ids):
            return top
        ids = [score.user_id for score in scores]
        profiles = await self._profiles.find(ids)
        if len(profiles) < len(scores):
            return None
        self._last = (scores, ids, _rows(scores, profiles))
        return self._last[2]


def recall_rows(scores: list[Score], profiles: Profiles) -> Top:
    return _rows(scores, profiles.recall([score.user_id for score in scores]))


def _rows(scores: list[Score], profiles: dict[int, Profile]) -> Top:
    totals = [score.xp for score in scores]
    return Top([Row(rank, score, profiles[score.user_id]) for rank, score in zip(ranks(totals), scores, strict=True)])
