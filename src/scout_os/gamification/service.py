"""The leaderboard's use cases: read it from Redis while Redis has it whole, else from PostgreSQL; rebuild it."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from scout_os.core.clock import Clock
from scout_os.core.metrics import Metrics
from scout_os.core.problems import Unavailable
from scout_os.gamification.board import Board, BoardAway
from scout_os.gamification.faces import Faces
from scout_os.gamification.fallback import Fallback
from scout_os.gamification.fast_path import FastPath
from scout_os.gamification.models import UNRANKED, BoardStatus, Face, Found, Leaderboard, Page
from scout_os.gamification.projector import Projector
from scout_os.gamification.rebuild import Progress, Rebuilder, RebuildRefused
from scout_os.gamification.repository import BoardRepository
from scout_os.gamification.rules import ranks

REBUILD_TRIES = 40
REBUILD_PAUSE_SECONDS = 0.25

log = structlog.get_logger(__name__)


class LeaderboardService:
    """Answers who is where. Redis may be down, slow, empty or wrong; the answer is right all the same."""

    def __init__(
        self,
        *,
        board: Board,
        repository: BoardRepository,
        faces: Faces,
        fallback: Fallback,
        fast_path: FastPath,
        projector: Projector,
        rebuilder: Rebuilder,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._board = board
        self._repository = repository
        self._faces = faces
        self._fallback = fallback
        self._fast_path = fast_path
        self._projector = projector
        self._rebuilder = rebuilder
        self._clock = clock
        self._metrics = metrics

    async def get_leaderboard(self, limit: int, user_id: int | None) -> Leaderboard:
        """The first `limit` rows, and the asker's own standing (None for nobody)."""
        as_of = self._clock.now()
        try:
            found = await self._from_redis(limit, user_id)
        except _NotFromRedis as reason:
            self._metrics.board_fallbacks.labels(str(reason)).inc()
            found = await self._fallback.read(limit, user_id)
        self._metrics.board_answers.labels(found.source).inc()
        totals = [score.xp for score in found.page.scores]
        rows = [
            (rank, score, found.faces[score.user_id])
            for rank, score in zip(ranks(totals), found.page.scores, strict=True)
        ]
        mine = None if user_id is None else (found.page.mine or UNRANKED)
        return Leaderboard(rows, mine, found.source, as_of, stale=found.unverified)

    async def get_standing(self, user_id: int) -> Leaderboard:
        """The asker's own standing alone: no rows."""
        return await self.get_leaderboard(0, user_id)

    async def rebuild(self, progress: Progress = lambda _done, _all: None) -> int:
        """Rebuild the board now; the number of learners on it. Waits for a rebuild under way, then does its own."""
        for _ in range(REBUILD_TRIES):
            try:
                members = await self._rebuilder.rebuild(progress)
            except BoardAway as error:
                raise Unavailable("Redis is away: the board cannot be rebuilt now.", retry_after=5) from error
            except RebuildRefused as error:
                log.info("rebuild_again", reason=str(error))
                members = None
            if members is not None:
                return members
            await asyncio.sleep(REBUILD_PAUSE_SECONDS)
        raise Unavailable("Another rebuild is under way. Please try again.", retry_after=5)

    async def get_status(self) -> BoardStatus:
        """Whether Redis holds the whole board, and how far it is behind."""
        learners, outbox = await self._repository.count_learners(), await self._repository.count_outbox()
        try:
            members = await self._board.count_members()
        except BoardAway:
            return BoardStatus("away", None, learners, outbox)
        return BoardStatus("absent" if members is None else "complete", members, learners, outbox)

    async def get_rebuild(self) -> tuple[int, int] | None:
        """Learners done and in all of the rebuild under way, in whichever process; None if there is none."""
        try:
            return await self._board.read_progress()
        except BoardAway as error:
            raise Unavailable("Redis is away: nothing is being rebuilt now.", retry_after=5) from error

    async def observe(self) -> None:
        """Bring the gauges up to date, as far as PostgreSQL answers."""
        with suppress(Unavailable):
            self._metrics.outbox_rows.set(await self._repository.count_outbox())

    async def _from_redis(self, limit: int, user_id: int | None) -> Found:
        """What Redis says; raises `_NotFromRedis` where it must not be believed."""
        if user_id is not None and self._fast_path.is_behind(user_id):
            raise _NotFromRedis("behind")
        try:
            page = await self._board.read(limit, user_id)
        except BoardAway:
            raise _NotFromRedis("away") from None
        if page is None:
            self._projector.wake()
            raise _NotFromRedis("absent")
        if self._projector.is_behind:
            raise _NotFromRedis("behind")
        try:
            return Found(page, await self._verified_faces(page, user_id), "redis")
        except Unavailable:
            # Nobody can say whether Redis lacks something; better its page, marked, than none.
            return Found(page, self._faces.recall(_ids(page)), "redis", unverified=True)

    async def _verified_faces(self, page: Page, user_id: int | None) -> dict[int, Face]:
        """The page's faces; raises `_NotFromRedis` if PostgreSQL contradicts the page in who is on the board."""
        faces = await self._faces.find(_ids(page))
        if any(user not in faces for user in _ids(page)):
            self._projector.wake()
            raise _NotFromRedis("stranger")
        if user_id is not None:
            # Another worker may have acknowledged an award whose write is still under way.
            xp = await self._repository.find_total(user_id)
            if xp != (page.mine.xp if page.mine else None):
                raise _NotFromRedis("behind")
        return faces


class _NotFromRedis(Exception):
    """Why an answer cannot come from Redis: away, absent, behind, stranger."""


def _ids(page: Page) -> list[int]:
    return [score.user_id for score in page.scores]
