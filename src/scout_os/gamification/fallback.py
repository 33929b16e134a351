"""The board from PostgreSQL alone: the same answers, bounded in cost however many ask.

Page and histogram of XP are each read at most once a second, however many learn and ask. What this process acknowledges
meanwhile, and the asker's own XP, which is read each time, are put into the page; ranks below it come from the histogram.
Only what the page cannot be mended by is read again at once: somebody on it was lowered or has left. Names are read each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from scout_os.core.shared import Shared
from scout_os.gamification.models import Found, Page, Register, Score, Standing
from scout_os.gamification.repository import BoardRepository
from scout_os.gamification.shared_page import PAGE_ROWS, News, SharedPage

REFRESH_SECONDS = 1.0


class Fallback:
    """Answers for Redis while Redis cannot."""

    def __init__(self, repository: BoardRepository, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._repository = repository
        self._monotonic = monotonic
        self._page = Shared(self._read_page, monotonic=monotonic)
        self._histogram = Shared(repository.read_histogram, monotonic=monotonic)
        self._news = News()
        self._outdated_at = 0.0

    def acknowledged(self, register: Register) -> None:
        """A learner was told of this change: every answer from now on shows it."""
        self._news.add(register, self._monotonic())

    async def read(self, limit: int, user_id: int | None) -> Found:
        """The first `limit` scores and the standing of `user_id`. Raises `Unavailable`."""
        page = await self._current_page()
        mine = None
        if user_id is not None:
            xp = await self._repository.find_total(user_id)
            if page.contradicts(user_id, xp):  # another process lowered this learner since
                self._outdated_at = self._monotonic()
                page = await self._current_page()
                xp = page.total_of(user_id) or xp
            if xp is not None:
                page = page.with_raised([Score(user_id, xp)])  # perhaps another process paid this learner since
                mine = Standing(await self._rank(page, xp), xp)
        scores = page.scores[:limit]
        faces = await self._repository.list_faces(score.user_id for score in scores) if scores else {}
        if len(faces) < len(scores):  # somebody has just left the board
            self._outdated_at = self._monotonic()
            return await self.read(limit, user_id)
        return Found(Page(scores, mine), faces, "postgres")

    async def read_many(self, limit: int, user_ids: Collection[int]) -> tuple[Found, dict[int, Standing]]:
        """The first `limit` scores, and the standings of those of `user_ids` who are on the board. Raises `Unavailable`."""
        page = await self._current_page()
        totals = await self._repository.list_totals(user_ids) if user_ids else {}
        if any(score.user_id in user_ids and score.xp > totals.get(score.user_id, 0) for score in page.scores):
            self._outdated_at = self._monotonic()
            page = await self._current_page()
        page = page.with_raised([Score(user, xp) for user, xp in totals.items()])
        scores = page.scores[:limit]
        faces = await self._repository.list_faces(score.user_id for score in scores) if scores else {}
        if len(faces) < len(scores):
            self._outdated_at = self._monotonic()
            return await self.read_many(limit, user_ids)
        standings = {user: Standing(await self._rank(page, xp), xp) for user, xp in totals.items()}
        return Found(Page(scores, None), faces, "postgres"), standings

    async def _current_page(self) -> SharedPage:
        """The shared page with everything that was acknowledged here."""
        page = await self._page.get(not_before=max(self._outdated_at, self._monotonic() - REFRESH_SECONDS))
        news = list(self._news.since(page.began))
        if any(page.contradicts(change.user_id, change.total_xp) for change in news):
            page = await self._page.get(not_before=self._monotonic())
            news = list(self._news.since(page.began))
        return page.with_raised([Score(new.user_id, new.total_xp) for new in news if new.total_xp is not None])

    async def _rank(self, page: SharedPage, xp: int) -> int:
        """By the page where it reaches down to `xp`; below it by the histogram, and never above what the page shows."""
        on_page = page.rank(xp)
        if on_page is not None:
            return on_page
        histogram = await self._histogram.get(not_before=self._monotonic() - REFRESH_SECONDS)
        return max(histogram.rank(xp), len(page.scores) + 1)

    async def _read_page(self) -> SharedPage:
        began = self._monotonic()
        return SharedPage(began, await self._repository.read_page(PAGE_ROWS))
