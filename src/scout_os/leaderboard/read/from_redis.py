"""The board from Redis, read once for all who ask at the same moment; or why Redis is not believed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from itertools import islice
from typing import TypeAlias, TypeVar

from scout_os.core.batcher import Batcher
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.models import Row, Score, Stretch, Top, View, own_standings
from scout_os.leaderboard.read.profiles import Profiles, ShownRows, recall_rows
from scout_os.leaderboard.read.shared_page import PAGE_ROWS
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from scout_os.leaderboard.rules import DEFAULT_RANKS, Ranks
from scout_os.leaderboard.trust import Distrust, Drain, Trust

MAX_STRETCHES = 5000
"""For as many streams as a process has by default; about 2 KiB each."""

T = TypeVar("T")
_Asker: TypeAlias = tuple[bool, int | None]
"""Whether rows are wanted, and whose standing."""


class RedisReader:
    """Reads the board in Redis, and wakes the drain when what it finds there is wrong."""

    def __init__(
        self,
        *,
        board: RedisBoard,
        profiles: Profiles,
        trust: Trust,
        drain: Drain,
        ranks: Callable[[], Ranks] = lambda: DEFAULT_RANKS,
    ) -> None:
        self._board = board
        self._profiles = profiles
        self._trust = trust
        self._drain = drain
        self._ranks = ranks
        self._reads: Batcher[_Asker, View | Distrust] = Batcher(self._answer)
        self._shown = ShownRows(profiles)
        self._around: Batcher[int, View | Distrust] = Batcher(self._answer_around)
        self._stretches: dict[int, Stretch] = {}
        """As last read, by whose neighbours they are; at most `MAX_STRETCHES`, the oldest first."""
        self._digest = ""
        self._scores: list[Score] = []
        """The first scores as last read, whose digest that is."""

    async def read(self, user_id: int | None, *, rows: bool) -> View | Distrust:
        """As `look`, for one asker, who shares the call with all others who wait at this moment."""
        return await self._reads.get((rows, user_id))

    async def look(self, user_ids: Collection[int], *, rows: bool) -> View | Distrust:
        """The first rows (if they are wanted) and the standings of `user_ids`, as of now or later."""
        digest, scores = self._digest, self._scores
        found = await self._believed(
            self._board.look(user_ids, rows=PAGE_ROWS if rows else 0, known=digest if rows else "")
        )
        if isinstance(found, Distrust):
            return found
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
        return View(top, found.standings, "redis", unverified=unverified, changes=found.changes, ranks=self._ranks())

    async def read_around(self, user_id: int) -> View | Distrust:
        """As `look_around`, for one asker, who shares the call with all others who wait at this moment."""
        return await self._around.get(user_id)

    async def look_around(self, user_ids: Collection[int]) -> View | Distrust:
        """The rows around `user_ids` and their own standings, as of now or later."""
        found = await self._believed(self._board.look_around(user_ids, self._stretches))
        if isinstance(found, Distrust):
            return found
        self._profiles.see_mark(found.profiles)
        self._keep(found.stretches)
        ids = {score.user_id for stretch in found.stretches.values() for score in stretch.scores}
        unverified = self._trust.has_lost_postgres
        try:
            profiles = await self._profiles.find_own(ids)
        except Unavailable:
            profiles, unverified = self._profiles.recall(ids), True
        if not ids <= profiles.keys():
            self._drain.wake()
            return Distrust.UNKNOWN_MEMBER
        around = {
            user_id: [
                Row(rank, score, profiles[score.user_id])
                for rank, score in zip(stretch.ranks, stretch.scores, strict=True)
            ]
            for user_id, stretch in found.stretches.items()
        }
        return View(
            Top([]),
            own_standings(around),
            "redis",
            unverified=unverified,
            changes=found.changes,
            around=around,
            ranks=self._ranks(),
        )

    async def _believed(self, looking: Awaitable[T | None]) -> T | Distrust:
        """What was found, or why it is not believed."""
        try:
            found = await looking
        except BoardAway:
            return Distrust.AWAY
        if found is None:
            self._drain.wake()
            return Distrust.ABSENT
        return self._trust.distrust() or found

    def _keep(self, stretches: Mapping[int, Stretch]) -> None:
        for user_id, stretch in stretches.items():
            self._stretches.pop(user_id, None)
            self._stretches[user_id] = stretch
        for user_id in list(islice(self._stretches, max(0, len(self._stretches) - MAX_STRETCHES))):
            del self._stretches[user_id]

    async def _answer_around(self, askers: Collection[int]) -> dict[int, View | Distrust]:
        return dict.fromkeys(askers, await self.look_around(list(askers)))

    async def _answer(self, askers: Collection[_Asker]) -> dict[_Asker, View | Distrust]:
        users = list({user for _, user in askers if user is not None})
        return dict.fromkeys(askers, await self.look(users, rows=any(rows for rows, _ in askers)))
