"""The leaderboard's use cases: read it, from Redis or from PostgreSQL, and look after the copy in Redis."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress

from scout_os.core.clock import Clock
from scout_os.core.metrics import Metrics
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.models import UNRANKED, BoardStatus, Leaderboard, View
from scout_os.leaderboard.read.from_postgres import PostgresReader
from scout_os.leaderboard.read.from_redis import RedisReader
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from scout_os.leaderboard.repository import BoardRepository
from scout_os.leaderboard.rules import Ranks
from scout_os.leaderboard.sync.rebuild import Progress, Rebuilder
from scout_os.leaderboard.trust import Distrust, Trust


class LeaderboardService:
    """Tells ranks. The answer is right whether Redis is up, down, slow, empty or wrong."""

    def __init__(
        self,
        *,
        board: RedisBoard,
        trust: Trust,
        redis_reader: RedisReader,
        postgres_reader: PostgresReader,
        repository: BoardRepository,
        rebuilder: Rebuilder,
        ranks: Callable[[], Ranks],
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self.find_ranks = ranks
        self._board = board
        self._trust = trust
        self._redis_reader = redis_reader
        self._postgres_reader = postgres_reader
        self._repository = repository
        self._rebuilder = rebuilder
        self._clock = clock
        self._metrics = metrics

    async def get_leaderboard(self, limit: int, user_id: int | None) -> Leaderboard:
        """The first `limit` rows, perhaps none, and the own standing of the asker if there is one."""
        as_of = self._clock.now()
        view: View | Distrust | None = None if user_id is None else self._trust.distrust_for(user_id)
        if view is None:
            view = await self._redis_reader.read(user_id, rows=limit > 0)
        if isinstance(view, Distrust):
            self._metrics.board_fallbacks.labels(view).inc()
            view = await self._postgres_reader.read([] if user_id is None else [user_id], rows=limit > 0)
        self._metrics.board_answers.labels(view.source).inc()
        mine = None if user_id is None else view.standings.get(user_id, UNRANKED)
        return Leaderboard(view, limit, mine, as_of)

    async def get_neighbours(self, user_id: int) -> Leaderboard:
        """The asker's own standing with the rows around, from one instant."""
        as_of = self._clock.now()
        view: View | Distrust | None = self._trust.distrust_for(user_id)
        if view is None:
            view = await self._redis_reader.read_around(user_id)
        if isinstance(view, Distrust):
            self._metrics.board_fallbacks.labels(view).inc()
            view = await self._postgres_reader.read_around([user_id])
        self._metrics.board_answers.labels(view.source).inc()
        return Leaderboard(view, 0, view.standings.get(user_id, UNRANKED), as_of)

    async def look(self, user_ids: Collection[int]) -> tuple[View, Distrust | None]:
        """The board for many learners at once; if PostgreSQL answers, also why. Raises `Unavailable`.

        It may lack what one of them was paid a moment ago, which `get_leaderboard` never does.
        """
        view = await self._redis_reader.look(user_ids, rows=True)
        if isinstance(view, Distrust):
            return await self._postgres_reader.read(user_ids, rows=True), view
        return view, None

    async def look_around(self, user_ids: Collection[int]) -> View:
        """The neighbours of many learners at once, as `look` tells the board. Raises `Unavailable`."""
        view = await self._redis_reader.look_around(user_ids)
        return await self._postgres_reader.read_around(user_ids) if isinstance(view, Distrust) else view

    async def rebuild(self, progress: Progress = lambda _done, _all: None) -> int:
        """Rebuild the board; the number of learners on it. Waits for a rebuild under way, then does its own."""
        return await self._rebuilder.rebuild_now(progress)

    async def get_status(self) -> BoardStatus:
        """Whether Redis holds the whole board, and how many changes wait."""
        learners, outbox = await self._repository.count_learners(), await self._repository.count_outbox()
        try:
            members = await self._board.count_members()
        except BoardAway:
            return BoardStatus("away", None, learners, outbox)
        return BoardStatus("absent" if members is None else "complete", members, learners, outbox)

    async def get_rebuild(self) -> tuple[int, int] | None:
        """Learners done and in all of the rebuild under way in any process; None if there is none."""
        try:
            return await self._board.read_progress()
        except BoardAway as error:
            raise Unavailable("Redis is away: nothing is being rebuilt now.", retry_after=5) from error

    async def observe(self) -> None:
        with suppress(Unavailable):
            self._metrics.outbox_rows.set(await self._repository.count_outbox())
