"""What is found in Redis: the board, or why it is not believed."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from scout_os.core.breaker import Breaker
from scout_os.core.postgres import Database
from scout_os.leaderboard.models import Register, View
from scout_os.leaderboard.read.from_redis import RedisReader
from scout_os.leaderboard.read.profiles import Profiles
from scout_os.leaderboard.redis.redis_board import BOARD, META, RedisBoard
from scout_os.leaderboard.repository import BoardRepository
from scout_os.leaderboard.trust import Distrust, Trust
from tests.leaderboard.redis.building import build
from tests.service import Truth, add_learners


class Process:
    """One process that reads from Redis, and has drained a moment ago."""

    def __init__(self, redis: Redis, database: Database) -> None:
        self.trust = Trust()
        self.trust.drain_succeeds = True
        self.trust.postgres_answered()
        self.board = RedisBoard(redis, Breaker(), self.trust)
        self.woken = 0
        profiles = Profiles(repository=BoardRepository(database), board=self.board)
        self._reader = RedisReader(board=self.board, profiles=profiles, trust=self.trust, drain=self)

    def wake(self) -> None:
        self.woken += 1

    async def read(self, user_id: int) -> View | Distrust:
        return await self._reader.read(user_id, rows=True)


@pytest.fixture
def process(redis: Redis, database: Database) -> Process:
    return Process(redis, database)


async def test_a_whole_board_is_believed(process: Process, owner: Truth) -> None:
    """Rows with names and the asker's standing; marked while nobody can tell whether Redis lacks something."""
    one, other = await add_learners(owner, 2)
    await build(process.board, [Register(one, 0, 5), Register(other, 0, 10)])
    for is_lost in (False, True):
        if is_lost:
            process.trust.postgres_failed()
        view = await process.read(one)
        assert isinstance(view, View)
        assert [(row.rank, row.score.user_id, row.profile.name) for row in view.top.rows] == [
            (1, other, "Learner 2"),
            (2, one, "Learner 1"),
        ]
        assert (view.standings[one].rank, view.source, view.unverified) == (2, "redis", is_lost)
    assert process.woken == 0


async def test_each_reason_found_in_redis(process: Process, owner: Truth, redis: Redis) -> None:
    """An empty Redis, one that lacks a change, an unknown member, one that is away; the relay is woken for what it can mend."""
    [learner] = await add_learners(owner, 1)
    assert await process.read(learner) is Distrust.ABSENT
    assert process.woken == 1
    await build(process.board, [Register(learner, 0, 5)])
    process.trust.drain_succeeds = False
    assert await process.read(learner) is Distrust.BEHIND
    process.trust.drain_succeeds = True
    assert isinstance(await process.read(learner), View)
    await redis.zadd(BOARD, {"99": 50})
    await redis.hincrby(META, "n", 1)
    assert await process.read(learner) is Distrust.UNKNOWN_MEMBER
    assert process.woken == 2
    process.board.breaker.trip()
    assert await process.read(learner) is Distrust.AWAY
    assert process.woken == 2
