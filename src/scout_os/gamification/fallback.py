"""The board from PostgreSQL alone: the same answers, bounded in cost however many ask.

The page comes from an index and is shared until this process acknowledges another award; names are read
each time; ranks beyond the page come
from a histogram that is read at most once a second. The asker's own XP is read each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from scout_os.core.shared import Shared
from scout_os.gamification.models import Found, Page, Score, Standing
from scout_os.gamification.repository import BoardRepository

PAGE_ROWS = 100
"""The longest page that may be asked for."""
REFRESH_SECONDS = 1.0


class Fallback:
    """Answers for Redis while Redis cannot."""

    def __init__(self, repository: BoardRepository, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._repository = repository
        self._monotonic = monotonic
        self._page = Shared(self._read_page, monotonic=monotonic)
        self._histogram = Shared(repository.read_histogram, monotonic=monotonic)
        self._award_at = 0.0

    def award_acknowledged(self) -> None:
        """The shared page is outdated: it lacks an award that a learner was told of."""
        self._award_at = self._monotonic()

    async def read(self, limit: int, user_id: int | None) -> Found:
        """The first `limit` scores and the standing of `user_id`. Raises `Unavailable`."""
        page = await self._page.get(not_before=max(self._award_at, self._monotonic() - REFRESH_SECONDS))
        mine = None
        if user_id is not None:
            xp = await self._repository.find_total(user_id)
            if not page.agrees(user_id, xp):  # another process paid this learner since
                page = await self._page.get(not_before=self._monotonic())
                xp = page.total_of(user_id, xp)
            mine = None if xp is None else Standing(await self._rank(page, xp), xp)
        scores = page.scores[:limit]
        faces = await self._repository.list_faces(score.user_id for score in scores) if scores else {}
        if len(faces) < len(scores):  # somebody has just left the board
            self._award_at = self._monotonic()
            return await self.read(limit, user_id)
        return Found(Page(scores, mine), faces, "postgres")

    async def _rank(self, page: _SharedPage, xp: int) -> int:
        """By the page where it reaches down to `xp`; below it by the histogram, and never above what the page shows."""
        on_page = page.rank(xp)
        if on_page is not None:
            return on_page
        histogram = await self._histogram.get(not_before=self._monotonic() - REFRESH_SECONDS)
        return max(histogram.rank(xp), len(page.scores) + 1)

    async def _read_page(self) -> _SharedPage:
        return _SharedPage(await self._repository.read_page(PAGE_ROWS))


@dataclass(frozen=True)
class _SharedPage:
    """The top of the board, from one snapshot."""

    scores: list[Score]

    @property
    def is_whole(self) -> bool:
        """Whether there is nobody below the page."""
        return len(self.scores) < PAGE_ROWS

    def total_of(self, user_id: int, otherwise: int | None) -> int | None:
        """The XP that the page shows for `user_id`, or `otherwise` for one who is not on it."""
        return next((score.xp for score in self.scores if score.user_id == user_id), otherwise)

    def agrees(self, user_id: int, xp: int | None) -> bool:
        """Whether the page shows `user_id` with `xp`, or does not reach down to there."""
        shown = self.total_of(user_id, None)
        if shown is not None:
            return shown == xp
        return xp is None or not (self.is_whole or xp > self.scores[-1].xp)

    def rank(self, xp: int) -> int | None:
        """The rank of `xp` if the page decides it."""
        totals = [score.xp for score in self.scores]
        if self.is_whole or xp >= totals[-1]:
            above = sum(total > xp for total in totals)
            return 1 + above
        return None
