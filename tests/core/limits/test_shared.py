"""Counters in Redis: what they hold is believed only as far as it can be true."""

from __future__ import annotations

import time

import pytest
from redis.asyncio import Redis

from scout_os.core.breaker import Breaker
from scout_os.core.limits.rules import DAY, HOUR, Rule
from scout_os.core.limits.shared import BUSY, PREFIX, SharedBuckets

RULE = Rule("any", 10, HOUR)
CLAIMS = [(RULE, "me")]
KEY = f"{PREFIX}any:me"


@pytest.fixture
def shared(redis: Redis) -> SharedBuckets:
    """The counters of one worker."""
    return SharedBuckets(redis, Breaker())


async def set_clock_back(redis: Redis, seconds: float) -> None:
    """Make all that is in Redis as old as if its clock had gone back by so much."""
    for key in await redis.keys(PREFIX + "*"):
        if await redis.type(key) == "zset":
            for mark in await redis.zrange(key, 0, -1):
                await redis.zincrby(key, seconds * 1e6, str(mark))
        else:
            ahead, at = str(await redis.get(key)).split()
            await redis.set(key, f"{ahead} {int(at) + round(seconds * 1e6)}")


async def test_the_burst_and_no_more(shared: SharedBuckets) -> None:
    """Ten at once, then none for the tenth part of an hour."""
    assert [await shared.take(CLAIMS) for _ in range(10)] == [0] * 10
    assert 300 < (await shared.take(CLAIMS) or 0) <= 360


@pytest.mark.parametrize("seconds", [HOUR / 60, HOUR, 10 * DAY])
async def test_a_clock_that_was_set_back_refuses_nobody(shared: SharedBuckets, redis: Redis, seconds: float) -> None:
    """Whoever had three of ten left has them whatever Redis' clock says, and who had none has one when it is due."""
    for _ in range(7):
        await shared.take(CLAIMS)
    await set_clock_back(redis, seconds)
    assert [await shared.take(CLAIMS) for _ in range(3)] == [0] * 3
    await set_clock_back(redis, seconds)
    assert 0 < (await shared.take(CLAIMS) or 0) <= RULE.interval
    assert 0 <= time.time() - int(str(await redis.get(KEY)).split()[1]) / 1e6 < HOUR


async def test_tries_in_flight_are_not_held_by_a_clock_that_was_set_back(shared: SharedBuckets, redis: Redis) -> None:
    """A try of before that never ended is forgotten, and so are failures when they are due."""
    for n in range(10):
        assert await shared.enter(CLAIMS, f"{n}", 20) == 0
    assert await shared.enter(CLAIMS, "last", 20) == BUSY
    await set_clock_back(redis, HOUR)
    assert await shared.enter(CLAIMS, "last", 20) == 0
    for n in range(10):
        await shared.leave(CLAIMS, f"{n}", CLAIMS)
    await set_clock_back(redis, HOUR)
    assert 0 < (await shared.enter(CLAIMS, "next", 20) or 0) <= RULE.interval


@pytest.mark.parametrize(
    "held", ["99999999999999999 99999999999999999", f"{10**17} 0", "1790000000000000", "x", "-5 -5"]
)
async def test_what_cannot_be_true_is_not_believed(shared: SharedBuckets, redis: Redis, held: str) -> None:
    """Whatever a bucket holds, it keeps nobody out for longer than one takes to come back."""
    await redis.set(KEY, held)
    assert (await shared.take(CLAIMS) or 0) <= RULE.interval
    assert (await shared.enter(CLAIMS, "one", 20) or 0) <= RULE.interval


async def test_a_key_of_another_type_is_no_answer(shared: SharedBuckets, redis: Redis) -> None:
    """Where Redis holds something else under the name, it cannot say."""
    await redis.hset(KEY, "a", "b")
    assert await shared.take(CLAIMS) is None
    assert await shared.enter(CLAIMS, "one", 20) is None
    await shared.leave(CLAIMS, "one", CLAIMS)


async def test_nothing_stays_in_redis_for_longer_than_it_counts(shared: SharedBuckets, redis: Redis) -> None:
    """Every key of the limits expires by itself."""
    await shared.take(CLAIMS)
    await shared.enter(CLAIMS, "one", 20)
    await shared.leave([], "none", [(RULE, "other")])
    keys = await redis.keys(PREFIX + "*")
    assert len(keys) == 3
    assert [key for key in keys if not 0 < await redis.pttl(key) <= HOUR * 1000] == []
