"""The board as many look at it at once: one page and all of their standings by one read, from Redis or PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from scout_os.core.clock import Clock
from scout_os.core.problems import Unavailable
from scout_os.gamification.board import Board, BoardAway
from scout_os.gamification.faces import Faces, show
from scout_os.gamification.fallback import Fallback
from scout_os.gamification.models import Source, Standing, Top
from scout_os.gamification.projector import Projector


@dataclass(frozen=True, slots=True)
class CrowdView:
    """The board at one instant."""

    top: Top
    standings: dict[int, Standing]
    """Of those who were asked for and are on the board."""
    source: Source
    as_of: datetime
    unverified: bool
    """PostgreSQL was away: nobody could say whether Redis lacks something."""
    changes: int | None
    """Redis' count of changes; None if PostgreSQL answered."""
    is_cache_lost: bool | None
    """Whether Redis is away or lacks the board; None: it has it, and PostgreSQL answered for another reason."""


class CrowdReader:
    """Reads the board for everybody who looks at it in this process."""

    def __init__(self, *, board: Board, faces: Faces, fallback: Fallback, projector: Projector, clock: Clock) -> None:
        self._board = board
        self._faces = faces
        self._fallback = fallback
        self._projector = projector
        self._clock = clock

    async def read(self, limit: int, user_ids: Collection[int]) -> CrowdView:
        """The first `limit` rows, and the standings of `user_ids`. Raises `Unavailable` when neither store answers."""
        as_of = self._clock.now()
        asked = list(user_ids)
        lost: bool | None = None
        try:
            look = await self._board.look(asked, rows=limit)
        except BoardAway:
            look, lost = None, True
        else:
            if look is None:
                lost = True
                self._projector.wake()
        if look is not None and not self._projector.is_behind:
            self._faces.see_mark(look.faces)
            scores = look.scores or []
            ids = [score.user_id for score in scores]
            unverified = False
            try:
                faces = await self._faces.find(ids)
            except Unavailable:
                faces, unverified = self._faces.recall(ids), True
            if len(faces) == len(ids):
                standings = {user: mine for user, mine in look.standings.items() if mine is not None}
                top = show(scores, faces)
                return CrowdView(top, standings, "redis", as_of, unverified, look.changes, is_cache_lost=False)
            self._projector.wake()  # somebody in Redis may not be on the board
        found, standings = await self._fallback.read_many(set(asked))
        return CrowdView(found.top, standings, found.source, as_of, found.unverified, None, is_cache_lost=lost)
