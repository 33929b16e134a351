"""The board from Redis, read once for all who ask at the same moment; or why Redis is not believed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

from scout_os.core.batcher import Batcher
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.models import Score, Top, View
from scout_os.leaderboard.read.profiles import Profiles, ShownRows, recall_rows
from scout_os.leaderboard.read.shared_page import PAGE_ROWS
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from scout_os.leaderboard.trust import Distrust, Drain, Trust

_Asker: TypeAlias = tuple[bool, int | None]
"""Whether rows are wanted, and whose standing."""


class RedisReader:
    """Reads the board in Redis, and wakes the drain when what it finds there is wrong."""

    def __init__(self, *, board: RedisBoard, profiles: Profiles, trust: Trust, drain: Drain) -> None:
        self._board = board
        self._profiles = profiles
        self._trust = trust
        self._drain = drain
        self._reads: Batcher[_Asker, View | Distrust] = Batcher(self._answer)
        self._shown = ShownRows(profiles)
        self._digest = ""
        self._scores: list[Score] = []
        """The first scores as last read, whose digest that is."""

    async def read(self, user_id: int | None, *, rows: bool) -> View | Distrust:
        """As `look`, for one asker, who shares the call with all others who wait at this moment."""
        return await self._reads.get((rows, user_id))

    async def look(self, user_ids: Collection[int], *, rows: bool) -> View | Distrust:
        """The first rows (if they are wanted) and the standings of `user_ids`, as of now or later."""
        digest, scores = self._digest, self._scores
        try:
            found = await self._board.look(user_ids, rows=PAGE_ROWS if rows else 0, known=digest if rows else "")
        except BoardAway:
            return Distrust.AWAY
        if found is None:
            self._drain.wake()
            return Distrust.ABSENT
        if (distrust := self._trust.distrust()) is not None:
            return distrust
        top: Top | None = Top([])
        unverified = self._trust.has_lost_postgres
        if rows:
            self._profiles.see_mark(found.profiles)
            if found.scores is not None:
                self._digest, self._scores = found.digest, found.scores
                scores = found.scores
            try:
                top = await self._shown.show(scores)
            except Unavailable:  # a page that is marked as stale is better than none
                top, unverified = recall_rows(scores, self._profiles), True
        if top is None:
            self._drain.wake()
            return Distrust.UNKNOWN_MEMBER
        return View(top, found.standings, "redis", unverified=unverified, changes=found.changes)

    async def _answer(self, askers: Collection[_Asker]) -> dict[_Asker, View | Distrust]:
        users = list({user for _, user in askers if user is not None})
        return dict.fromkeys(askers, await self.look(users, rows=any(rows for rows, _ in askers)))
