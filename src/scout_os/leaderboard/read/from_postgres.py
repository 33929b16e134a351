"""The board from PostgreSQL alone: the same answers, bounded in cost however many ask.

Page and histogram of XP are each read at most once a second, however many learn and ask. What this process acknowledges
meanwhile, and the askers' own XP, which is read each time for all who ask together, are put into the page; ranks below it
come from the histogram. Only what the page cannot be mended by is read again at once: somebody on it was lowered or has left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping

from scout_os.core.batcher import Batcher
from scout_os.core.single_flight import SingleFlight
from scout_os.leaderboard.models import Register, Score, Standing, Top, View
from scout_os.leaderboard.read.profiles import Profiles, show
from scout_os.leaderboard.read.shared_page import PAGE_ROWS, News, SharedPage
from scout_os.leaderboard.repository import BoardRepository

REFRESH_SECONDS = 1.0


class PostgresReader:
    """Answers for Redis while Redis cannot."""

    def __init__(
        self, *, repository: BoardRepository, profiles: Profiles, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._profiles = profiles
        self._monotonic = monotonic
        self._page = SingleFlight(self._read_page, monotonic=monotonic)
        self._histogram = SingleFlight(repository.read_histogram, monotonic=monotonic)
        self._totals = Batcher(repository.list_totals)
        self._repository = repository
        self._news = News()
        self._outdated_at = 0.0
        self._shown: tuple[list[Score], Top] = ([], Top([]))
        self._mended: tuple[SharedPage | None, int, SharedPage | None] = (None, 0, None)
        """A page as read, the version of the news, and the page with them."""

    def acknowledged(self, register: Register) -> None:
        """A learner was told of this change: every answer from now on shows it."""
        self._news.add(register, self._monotonic())

    async def read(self, user_ids: Collection[int], *, rows: bool) -> View:
        """The first rows (if they are wanted) and the standings of `user_ids`. Raises `Unavailable`."""
        page = await self._current_page()
        totals = await self._totals_of(user_ids)
        if any(page.contradicts(user, xp) for user, xp in totals.items()):  # another process lowered one of them since
            self._outdated_at = self._monotonic()
            page = await self._current_page()
            totals = {user: page.total_of(user) or xp for user, xp in totals.items()}
        present = {user: xp for user, xp in totals.items() if xp is not None}
        page = page.with_raised([Score(user, xp) for user, xp in present.items()])  # perhaps another process paid them
        top = await self._show(page.scores) if rows else Top([])
        if top is None:  # somebody has just left the board
            self._outdated_at = self._monotonic()
            return await self.read(user_ids, rows=rows)
        standings = {user: Standing(await self._rank(page, xp), xp) for user, xp in present.items()}
        return View(top, standings, "postgres")

    async def _totals_of(self, user_ids: Collection[int]) -> Mapping[int, int | None]:
        """The XP of each; single askers who wait at the same moment share a statement."""
        if len(user_ids) > 1:
            return await self._repository.list_totals(user_ids)
        return {user_id: await self._totals.get(user_id) for user_id in user_ids}

    async def _show(self, scores: list[Score]) -> Top | None:
        """The rows with their profiles, made once for all who are shown the same; None if one of them is to be seen no more."""
        ids = [score.user_id for score in scores]
        if scores == self._shown[0] and self._profiles.are_fresh(ids):
            return self._shown[1]
        profiles = await self._profiles.find(ids)
        if len(profiles) < len(scores):
            return None
        self._shown = (scores, show(scores, profiles))
        return self._shown[1]

    async def _current_page(self) -> SharedPage:
        """The shared page with everything that was acknowledged here."""
        page = await self._page.get(not_before=max(self._outdated_at, self._monotonic() - REFRESH_SECONDS))
        read, version, mended = self._mended
        if mended is not None and read is page and version == self._news.version:
            return mended
        if any(page.contradicts(change.user_id, change.total_xp) for change in self._news.since(page.began)):
            page = await self._page.get(not_before=self._monotonic())
        version, news = self._news.version, self._news.since(page.began)
        mended = page.with_raised([Score(new.user_id, new.total_xp) for new in news if new.total_xp is not None])
        self._mended = (page, version, mended)
        return mended

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
