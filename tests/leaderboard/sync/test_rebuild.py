"""The rebuild as it streams: in chunks, each read from PostgreSQL while Redis takes the one before."""

from __future__ import annotations

import pytest
from redis import Redis as PlainRedis
from redis.asyncio import Redis

from chaos.target.stage import staged
from scout_os.core.metrics import Metrics
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.redis.redis_board import BOARD, RedisBoard
from scout_os.leaderboard.sync.rebuild import CHUNK, Rebuilder, RebuildRefused
from tests.service import Truth, add_learners

LEARNERS = 3 * CHUNK + 1


@pytest.fixture
async def rebuilder(database: Database, board: RedisBoard, owner: Truth) -> Rebuilder:
    """Over some chunks of learners, who all have XP."""
    await add_learners(owner, LEARNERS)
    await owner.execute("UPDATE users SET total_xp = id, board_era = CASE WHEN id % 7 = 0 THEN 1 ELSE 0 END")
    return Rebuilder(database=database, board=board, metrics=Metrics())


async def test_every_chunk_arrives_once_and_progress_is_told(rebuilder: Rebuilder, redis: Redis) -> None:
    """All learners are on the board with their XP, and the tale of it ends with all of all."""
    told: list[tuple[int, int]] = []
    assert await rebuilder.rebuild(lambda done, total: told.append((done, total))) == LEARNERS
    assert told == [(min(done, LEARNERS), LEARNERS) for done in range(CHUNK, LEARNERS + CHUNK, CHUNK)]
    assert await redis.zcard(BOARD) == LEARNERS
    assert await redis.zscore(BOARD, str(LEARNERS)) == LEARNERS


@pytest.mark.slow
async def test_a_rebuild_that_ends_half_way_says_why_and_can_be_tried_again(
    rebuilder: Rebuilder, stores: StoreUrls, board: RedisBoard
) -> None:
    """What is being read ahead from a slow PostgreSQL hides neither the reason nor the next rebuild's way."""

    def end(_done: int, _total: int) -> None:
        raise KeyError("enough")

    with staged(stores) as stage:
        database = await Database.open(stage.fronts.database_url)
        slow = Rebuilder(database=database, board=board, metrics=Metrics())
        async with database.connection():
            pass  # open it now: over the slow line that would take nearly all of the time there is for it
        stage.postgres.toxics.latency = 0.05
        with pytest.raises(KeyError):
            await slow.rebuild(end)
        stage.calm()
        assert await slow.rebuild() == LEARNERS
        await database.close()


async def test_a_build_that_is_lost_half_way_is_refused(rebuilder: Rebuilder, stores: StoreUrls) -> None:
    """A chunk that finds no build set ends the rebuild, and the next one is whole."""
    valkey = PlainRedis.from_url(stores.redis_url)

    def lose(_done: int, _total: int) -> None:
        valkey.flushall()

    with pytest.raises(RebuildRefused):
        await rebuilder.rebuild(lose)
    valkey.close()
    assert await rebuilder.rebuild() == LEARNERS


async def test_who_comes_when_another_has_just_rebuilt_does_not_rebuild_again(
    rebuilder: Rebuilder, redis: Redis, owner: Truth
) -> None:
    """A process that found the board absent may begin only after another one's rebuild is done."""
    told: list[tuple[int, int]] = []
    assert await rebuilder.rebuild(only_if_absent=True) == LEARNERS
    assert await rebuilder.rebuild(lambda *how_far: told.append(how_far), only_if_absent=True) is None
    assert told == []
    assert await owner.fetchval("SELECT builder FROM board_state") is None, "nobody has to wait for its lease"
    await redis.zrem(BOARD, "1")
    assert await rebuilder.rebuild(only_if_absent=True) == LEARNERS
