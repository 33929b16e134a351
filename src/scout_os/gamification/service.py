"""The leaderboard's use cases: read it from Redis while Redis has it whole, else from PostgreSQL; rebuild it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from scout_os.core.clock import Clock
from scout_os.core.problems import Unavailable
from scout_os.gamification.board import Board, BoardAway
from scout_os.gamification.fast_path import FastPath
from scout_os.gamification.models import UNRANKED, BoardStatus, Face, Leaderboard, Page, Source
from scout_os.gamification.projector import Projector
from scout_os.gamification.rebuild import Progress, Rebuilder, RebuildRefused
from scout_os.gamification.repository import BoardRepository
from scout_os.gamification.rules import ranks

REBUILD_TRIES = 40
REBUILD_PAUSE_SECONDS = 0.25

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Found:
    """A page with the faces of all on it."""

    page: Page
    faces: dict[int, Face]
    source: Source


class LeaderboardService:
    """Answers who is where. Redis may be down, slow, empty or wrong; the answer is right all the same."""

    def __init__(
        self,
        *,
        board: Board,
        repository: BoardRepository,
        fast_path: FastPath,
        projector: Projector,
        rebuilder: Rebuilder,
        clock: Clock,
    ) -> None:
        self._board = board
        self._repository = repository
        self._fast_path = fast_path
        self._projector = projector
        self._rebuilder = rebuilder
        self._clock = clock

    async def get_leaderboard(self, limit: int, user_id: int | None) -> Leaderboard:
        """The first `limit` rows, and the asker's own standing (None for nobody)."""
        as_of = self._clock.now()
        found = await self._from_redis(limit, user_id) or await self._from_postgres(limit, user_id)
        totals = [score.xp for score in found.page.scores]
        rows = [
            (rank, score, found.faces[score.user_id])
            for rank, score in zip(ranks(totals), found.page.scores, strict=True)
        ]
        mine = None if user_id is None else (found.page.mine or UNRANKED)
        return Leaderboard(rows, mine, found.source, as_of, stale=False)

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
        learners, outbox = await self._repository.count()
        try:
            members = await self._board.count_members()
        except BoardAway:
            return BoardStatus("away", None, learners, outbox)
        return BoardStatus("absent" if members is None else "complete", members, learners, outbox)

    async def _from_redis(self, limit: int, user_id: int | None) -> _Found | None:
        """What Redis says, or None if it must not be believed: away, absent, or behind for somebody in the answer."""
        if user_id is not None and self._fast_path.is_behind(user_id):
            return None
        try:
            page = await self._board.read(limit, user_id)
        except BoardAway:
            return None
        if page is None:
            self._projector.wake()
            return None
        faces = await self._repository.list_faces(score.user_id for score in page.scores) if page.scores else {}
        strangers = any(score.user_id not in faces for score in page.scores)
        if strangers or (user_id is not None and page.mine is None and await self._is_missing(user_id)):
            self._projector.wake()
            return None
        return _Found(page, faces, "redis")

    async def _is_missing(self, user_id: int) -> bool:
        """Whether PostgreSQL has `user_id` on the board, which Redis has not."""
        return await self._repository.find_total(user_id) is not None

    async def _from_postgres(self, limit: int, user_id: int | None) -> _Found:
        page, faces = await self._repository.read_board(limit, user_id)
        return _Found(page, faces, "postgres")
