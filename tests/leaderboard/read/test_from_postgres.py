"""PostgreSQL answers for Redis at a bounded cost, and misses nothing that was acknowledged."""

from __future__ import annotations

import random

import pytest

from scout_os.core.postgres import Database
from scout_os.leaderboard.models import Register, Score, Standing
from scout_os.leaderboard.read.from_postgres import PostgresReader
from scout_os.leaderboard.read.profiles import Profiles
from scout_os.leaderboard.redis.redis_board import RedisBoard
from scout_os.leaderboard.repository import BoardRepository
from scout_os.leaderboard.trust import Trust
from tests.service import Truth, add_learners

AWARDS = 150


class Counting(BoardRepository):
    """The repository, counting pages."""

    pages = 0

    async def read_page(self, limit: int) -> list[Score]:
        self.pages += 1
        return await super().read_page(limit)


class Process:
    """One process that reads from PostgreSQL, with a clock that moves a millisecond with each change."""

    def __init__(self, database: Database, owner: Truth, board: RedisBoard) -> None:
        self.now = 100.0
        self.repository = Counting(database)
        self.trust = Trust(monotonic=lambda: self.now)
        profiles = Profiles(repository=self.repository, board=board, monotonic=lambda: self.now)
        self._reader = PostgresReader(
            repository=self.repository, profiles=profiles, trust=self.trust, monotonic=lambda: self.now
        )
        self._owner = owner

    async def pay(self, learner: int, total: int, *, acknowledged: bool = True, era: int = 0) -> None:
        """Change a total, in this process (`acknowledged`) or in another one."""
        await self._owner.execute("UPDATE users SET total_xp = $2, board_era = $3 WHERE id = $1", learner, total, era)
        self.now += 0.001
        if acknowledged:
            self.trust.acknowledge([Register(learner, era, total)])

    async def page(self, *askers: int) -> list[Score]:
        return [row.score for row in (await self._reader.read(askers, rows=True)).top.rows]

    async def standing(self, learner: int) -> Standing:
        return (await self._reader.read([learner], rows=False)).standings[learner]

    async def is_as_truth_says(self) -> bool:
        return await self.page() == await BoardRepository.read_page(self.repository, 100)


@pytest.fixture
def process(database: Database, owner: Truth, board: RedisBoard) -> Process:
    return Process(database, owner, board)


async def test_awards_and_readers_cost_one_page_a_second(process: Process, owner: Truth) -> None:
    """However many learners are paid here and ask, the page is read once, and each answer is as PostgreSQL lists it."""
    draw, ids = random.Random(5), await add_learners(owner, 300)
    totals = dict.fromkeys(ids, 0)
    for learner in ids[:240]:
        totals[learner] = draw.randrange(1, 40) * 5
        await process.pay(learner, totals[learner], acknowledged=False)
    await process.page()
    for _ in range(AWARDS):
        learner = draw.choice(ids)
        totals[learner] += 5 * draw.randrange(1, 8)
        await process.pay(learner, totals[learner])
        assert await process.is_as_truth_says()
        assert (await process.standing(learner)).xp == totals[learner]
    assert process.repository.pages == 1
    process.now += 1.01
    await process.page()
    assert process.repository.pages == 2


async def test_an_award_by_another_process_is_in_its_learners_next_answer(process: Process, owner: Truth) -> None:
    """A learner who was paid elsewhere sees it at once, on the page and in rank, though the page is not read again."""
    [first, second] = await add_learners(owner, 2)
    await process.pay(first, 50, acknowledged=False)
    assert await process.page() == [Score(first, 50)]
    await process.pay(second, 60, acknowledged=False)
    assert await process.page(second) == [Score(second, 60), Score(first, 50)]
    assert await process.standing(second) == Standing(1, 60)
    assert process.repository.pages == 1


async def test_who_was_lowered_or_taken_off_does_not_stay_for_a_second(process: Process, owner: Truth) -> None:
    """A correction or a suspension that was acknowledged here is on the next page, and so is a correction of the asker."""
    ids = await add_learners(owner, 120)
    for number, learner in enumerate(ids):
        await process.pay(learner, 1000 - number, acknowledged=False)
    await process.page()
    await process.pay(ids[0], 5, era=1)
    assert await process.is_as_truth_says()
    process.trust.acknowledge([Register(ids[0], 0, 1010)])  # a late award of the era before
    assert await process.is_as_truth_says()
    await owner.execute("UPDATE users SET is_suspended = true, board_era = 1 WHERE id = $1", ids[1])
    process.now += 0.001
    process.trust.acknowledge([Register(ids[1], 1, None)])
    assert await process.is_as_truth_says()
    process.now += 0.1
    await process.pay(ids[2], 7, acknowledged=False, era=1)
    assert await process.standing(ids[2]) == Standing(118, 7)
    assert await process.is_as_truth_says()
