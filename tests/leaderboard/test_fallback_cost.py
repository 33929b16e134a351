"""PostgreSQL answers for Redis at a bounded cost, and misses nothing that was acknowledged."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable

from scout_os.core.postgres import Database
from scout_os.leaderboard.models import Register, Score
from scout_os.leaderboard.read.from_postgres import PostgresReader
from scout_os.leaderboard.read.profiles import Profiles
from scout_os.leaderboard.repository import BoardRepository
from tests.service import Truth, add_learners

AWARDS = 150


class Counting(BoardRepository):
    """The repository, counting pages."""

    pages = 0

    async def read_page(self, limit: int) -> list[Score]:
        self.pages += 1
        return await super().read_page(limit)


class RedisBoard:
    """A fallback over real tables, with a clock that moves a millisecond with each change."""

    def __init__(self, database: Database, owner: Truth) -> None:
        self.now = 100.0
        self.repository = Counting(database)
        profiles = Profiles(repository=self.repository, mark=_tell_nobody, monotonic=lambda: self.now)
        self.fallback = PostgresReader(repository=self.repository, profiles=profiles, monotonic=lambda: self.now)
        self._owner = owner

    async def pay(self, learner: int, total: int, *, acknowledged: bool = True, era: int = 0) -> None:
        """Change a total, and tell the fallback of it as the fast path does."""
        await self._owner.execute("UPDATE users SET total_xp = $2, board_era = $3 WHERE id = $1", learner, total, era)
        self.now += 0.001
        if acknowledged:
            self.fallback.acknowledged(Register(learner, era, total))

    async def page(self) -> list[Score]:
        return await self.shown_to(None)

    async def rank_of(self, learner: int) -> tuple[int, int] | None:
        mine = (await self.fallback.read([learner], rows=False)).standings.get(learner)
        return (mine.rank, mine.xp) if mine else None

    async def shown_to(self, learner: int | None) -> list[Score]:
        return [
            row.score for row in (await self.fallback.read([] if learner is None else [learner], rows=True)).top.rows
        ]


async def _tell_nobody() -> None:
    """There is no other worker."""


async def test_awards_and_readers_cost_one_page_a_second(database: Database, owner: Truth) -> None:
    """However many learners are paid here and ask, the page is read once, and each answer is as PostgreSQL lists it."""
    board, draw = RedisBoard(database, owner), random.Random(5)
    ids = await add_learners(owner, 300)
    for learner in ids[:240]:
        await board.pay(learner, draw.randrange(1, 40) * 5, acknowledged=False)
    totals = {row["id"]: row["total_xp"] for row in await owner.fetch("SELECT id, total_xp FROM users")}
    await board.page()
    for _ in range(AWARDS):
        learner = draw.choice(ids)
        totals[learner] += 5 * draw.randrange(1, 8)
        await board.pay(learner, totals[learner])
        assert await board.page() == await BoardRepository(database).read_page(100)
        mine = await board.rank_of(learner)
        assert mine is not None
        assert mine[1] == totals[learner]
    assert board.repository.pages == 1
    board.now += 1.01
    await board.page()
    assert board.repository.pages == 2


async def test_an_award_by_another_process_is_in_its_learners_next_answer(database: Database, owner: Truth) -> None:
    """Whoever was paid elsewhere sees it at once, on the page and in rank, without another reading of the page."""
    board = RedisBoard(database, owner)
    [first, second] = await add_learners(owner, 2)
    await board.pay(first, 50, acknowledged=False)
    assert await board.page() == [Score(first, 50)]
    await board.pay(second, 60, acknowledged=False)
    assert await board.shown_to(second) == [Score(second, 60), Score(first, 50)]
    assert await board.rank_of(second) == (1, 60)
    assert board.repository.pages == 1


async def test_who_was_lowered_or_taken_off_does_not_stay_for_a_second(database: Database, owner: Truth) -> None:
    """A correction or a suspension that was acknowledged here is on the next page, and so is one that befell the asker."""
    board = RedisBoard(database, owner)
    ids = await add_learners(owner, 120)
    for number, learner in enumerate(ids):
        await board.pay(learner, 1000 - number, acknowledged=False)
    await board.page()

    async def as_truth_says(change: Callable[[], Awaitable[None]]) -> None:
        await change()
        assert await board.page() == await BoardRepository(database).read_page(100)

    await as_truth_says(lambda: board.pay(ids[0], 5, era=1))
    board.fallback.acknowledged(Register(ids[0], 0, 1010))  # a late award of the era before
    assert await board.page() == await BoardRepository(database).read_page(100)

    async def suspend() -> None:
        await owner.execute("UPDATE users SET is_suspended = true, board_era = 1 WHERE id = $1", ids[1])
        board.now += 0.001
        board.fallback.acknowledged(Register(ids[1], 1, None))

    await as_truth_says(suspend)
    board.now += 0.1
    await board.pay(ids[2], 7, acknowledged=False, era=1)
    assert await board.rank_of(ids[2]) == (118, 7)
    assert await board.page() == await BoardRepository(database).read_page(100)
