"""The board from PostgreSQL alone, at a bounded cost however many ask.

The page and the histogram of XP are each read at most once a second. The askers' own XP is read each time, in one statement
for all who ask together. It amends the page, and so does what this process acknowledges meanwhile; ranks below the page come
from the histogram. The page is read again at once only if somebody on it was lowered or has left.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import accumulate

from scout_os.core.batcher import Batcher
from scout_os.core.single_flight import SingleFlight
from scout_os.leaderboard.models import MAX_NEIGHBOURS, Profile, Row, Score, Standing, Top, View, own_standings
from scout_os.leaderboard.read.profiles import Profiles, ShownRows
from scout_os.leaderboard.read.shared_page import PAGE_ROWS, SharedPage
from scout_os.leaderboard.repository import BoardRepository
from scout_os.leaderboard.rules import DEFAULT_RANKS, Ranks, consistent_ranks
from scout_os.leaderboard.trust import Trust

REFRESH_SECONDS = 1.0


class PostgresReader:
    def __init__(
        self,
        *,
        repository: BoardRepository,
        profiles: Profiles,
        trust: Trust,
        ranks: Callable[[], Ranks] = lambda: DEFAULT_RANKS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ranks = ranks
        self._trust = trust
        self._monotonic = monotonic
        self._page = SingleFlight(self._read_page, monotonic=monotonic)
        self._histogram = SingleFlight(self._read_histogram, monotonic=monotonic)
        self._totals = Batcher(repository.list_totals)
        self._around = Batcher(self._list_around)
        self._repository = repository
        self._outdated_at = 0.0
        self._shown = ShownRows(profiles)
        self._amended: tuple[SharedPage | None, int, SharedPage | None] = (None, 0, None)
        """A page as read, the version of the acknowledged changes, and the page with them."""

    async def read(self, user_ids: Collection[int], *, rows: bool) -> View:
        """The first rows (if they are wanted) and the standings of `user_ids`. Raises `Unavailable`."""
        page = await self._current_page()
        totals = await self._totals_of(user_ids)
        if any(page.contradicts(user, xp) for user, xp in totals.items()):  # lowered by another process
            self._outdated_at = self._monotonic()
            page = await self._current_page()
            totals = {user: page.total_of(user) or xp for user, xp in totals.items()}
        present = {user: xp for user, xp in totals.items() if xp is not None}
        page = page.with_raised([Score(user, xp) for user, xp in present.items()])  # paid by another process
        top = await self._shown.show(page.scores) if rows else Top([])
        if top is None:  # somebody on the page has just left the board
            self._outdated_at = self._monotonic()
            return await self.read(user_ids, rows=rows)
        standings = {user: Standing(await self._rank(page, xp), xp) for user, xp in present.items()}
        return View(top, standings, "postgres", ranks=self._ranks())

    async def read_around(self, user_ids: Collection[int]) -> View:
        """The rows around `user_ids` and their own standings. Raises `Unavailable`."""
        page = await self._current_page()
        found = await self._named_around(user_ids)
        totals: dict[int, int | None] = dict.fromkeys(user_ids)
        totals.update((score.user_id, score.xp) for rows in found.values() for score, _ in rows)
        if any(page.contradicts(user, xp) for user, xp in totals.items()):  # lowered by another process
            self._outdated_at = self._monotonic()
            page = await self._current_page()
        page = page.with_raised([Score(user, xp) for user, xp in totals.items() if xp is not None])
        around = {user_id: await self._ranked(page, rows) for user_id, rows in found.items()}
        return View(Top([]), own_standings(around), "postgres", around=around, ranks=self._ranks())

    async def _ranked(self, page: SharedPage, rows: Sequence[tuple[Score, Profile]]) -> list[Row]:
        ranks = [await self._rank(page, score.xp) for score, _ in rows]
        ranks = consistent_ranks(ranks, [score.xp for score, _ in rows])
        return [Row(rank, score, profile) for rank, (score, profile) in zip(ranks, rows, strict=True)]

    async def _named_around(self, user_ids: Collection[int]) -> Mapping[int, Sequence[tuple[Score, Profile]]]:
        """The rows around each of those who are on the board. Single askers share a statement, as for their totals."""
        if len(user_ids) > 1:
            return await self._repository.list_around(user_ids, MAX_NEIGHBOURS)
        found = {user_id: await self._around.get(user_id) for user_id in user_ids}
        return {user_id: rows for user_id, rows in found.items() if rows}

    async def _list_around(self, user_ids: Collection[int]) -> dict[int, list[tuple[Score, Profile]]]:
        found = await self._repository.list_around(user_ids, MAX_NEIGHBOURS)
        return {user_id: found.get(user_id, []) for user_id in user_ids}

    async def _totals_of(self, user_ids: Collection[int]) -> Mapping[int, int | None]:
        """The XP of each. Single askers who wait at the same moment share a statement."""
        if len(user_ids) > 1:
            return await self._repository.list_totals(user_ids)
        return {user_id: await self._totals.get(user_id) for user_id in user_ids}

    async def _current_page(self) -> SharedPage:
        """The shared page with everything that was acknowledged here."""
        page = await self._page.get(not_before=max(self._outdated_at, self._monotonic() - REFRESH_SECONDS))
        read, version, amended = self._amended
        if amended is not None and read is page and version == self._trust.acknowledged_version:
            return amended
        if any(
            page.contradicts(change.user_id, change.total_xp) for change in self._trust.acknowledged_since(page.began)
        ):
            page = await self._page.get(not_before=self._monotonic())
        version, changes = self._trust.acknowledged_version, self._trust.acknowledged_since(page.began)
        amended = page.with_raised([Score(new.user_id, new.total_xp) for new in changes if new.total_xp is not None])
        self._amended = (page, version, amended)
        return amended

    async def _rank(self, page: SharedPage, xp: int) -> int:
        """From the page if it reaches down to `xp`, else from the histogram, but below everybody on the page."""
        on_page = page.rank(xp)
        if on_page is not None:
            return on_page
        histogram = await self._histogram.get(not_before=self._monotonic() - REFRESH_SECONDS)
        return max(histogram.rank(xp), len(page.scores) + 1)

    async def _read_page(self) -> SharedPage:
        began = self._monotonic()
        return SharedPage(began, await self._repository.read_page(PAGE_ROWS))

    async def _read_histogram(self) -> Histogram:
        return Histogram(await self._repository.count_by_total())


class Histogram:
    def __init__(self, counts: Iterable[tuple[int, int]]) -> None:
        """`counts` holds (XP, learners with exactly that), in any order."""
        ordered = sorted(counts)
        self._totals = [total for total, _ in ordered]
        self._up_to = [0, *accumulate(count for _, count in ordered)]

    def rank(self, xp: int) -> int:
        return 1 + self._up_to[-1] - self._up_to[bisect_right(self._totals, xp)]
