"""Tries of one process: failures are limited, successes never, and what is in flight waits."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from scout_os.core.breaker import Breaker
from scout_os.core.bulkhead import Overloaded
from scout_os.core.limits import tries as module
from scout_os.core.limits.buckets import Buckets, Claim
from scout_os.core.limits.limits import TooManyRequests
from scout_os.core.limits.rules import DAY, HOUR, Rule
from scout_os.core.limits.shared import PREFIX, SharedBuckets
from scout_os.core.limits.tries import Tries
from scout_os.core.store_urls import StoreUrls
from tests.clock import MovableClock

RULE = Rule("few", 5, HOUR)
OWN = [(RULE, "budi")]
MOMENT = 0.02


class WrongError(Exception):
    """The failure that counts."""


@dataclass
class Worker:
    """What one worker knows, and how its tries ended."""

    tries: Tries
    ended: Counter[str]

    async def attempt(
        self, *, right: bool, claims: list[Claim] = OWN, also: tuple[Claim, ...] = (), seconds: float = MOMENT
    ) -> None:
        """One try that takes so long."""
        try:
            async with self.tries.attempt(claims, WrongError, also_charged=also):
                await asyncio.sleep(seconds)
                if not right:
                    raise WrongError  # noqa: TRY301 - as the check of a password does
            self.ended["right"] += 1
        except (WrongError, TooManyRequests, Overloaded) as error:
            self.ended[type(error).__name__] += 1


def worker(redis: Redis, clock: MovableClock | None = None) -> Worker:
    """A worker of its own memory."""
    here = Buckets(monotonic=clock.monotonic) if clock else Buckets()
    return Worker(Tries(here=here, shared=SharedBuckets(redis, Breaker()), enabled=True), Counter())


async def test_the_right_ones_all_get_in_whatever_is_in_flight(redis: Redis) -> None:
    """Fifty right tries at once at two workers wait for each other and get in, though five failures are allowed."""
    one, two = worker(redis), worker(redis)
    await asyncio.gather(*((one, two)[n % 2].attempt(right=True) for n in range(50)))
    assert one.ended + two.ended == {"right": 50}
    await asyncio.gather(*(one.attempt(right=False) for _ in range(5)))
    assert one.ended["WrongError"] == 5


async def test_of_wrong_ones_at_once_no_more_are_tried_than_may_fail(redis: Redis) -> None:
    """Of a hundred wrong tries at once at two workers five are made; the others learn that they may not."""
    one, two = worker(redis), worker(redis)
    await asyncio.gather(*((one, two)[n % 2].attempt(right=False) for n in range(100)))
    assert one.ended + two.ended == {"WrongError": 5, "TooManyRequests": 95}


async def test_wrong_and_right_ones_at_once(redis: Redis) -> None:
    """Right tries beside wrong ones get in for as long as a failure is left, and never cost one."""
    one = worker(redis)
    await asyncio.gather(*(one.attempt(right=n % 10 != 0) for n in range(40)))
    assert one.ended == {"right": 36, "WrongError": 4}


async def test_a_failure_is_paid_by_others_whom_it_does_not_ask(redis: Redis) -> None:
    """What is only charged keeps nobody out: neither when it is used up, nor those who are asked for it."""
    one, shared = worker(redis), (RULE, "school")
    await asyncio.gather(*(one.attempt(right=False, claims=[shared]) for _ in range(9)))
    for _ in range(5):
        await one.attempt(right=True, also=(shared,))
    await one.attempt(right=False, also=(shared,))
    assert one.ended == {"WrongError": 6, "TooManyRequests": 4, "right": 5}


async def test_without_redis_each_worker_counts(redis: Redis, stores: StoreUrls) -> None:
    """Where nobody answers, a worker lets in as many failures as the limit has, and all that is right."""
    async with Redis.from_url("redis://127.0.0.1:1/0") as nobody:
        alone = worker(nobody)
        await asyncio.gather(*(alone.attempt(right=True) for _ in range(20)))
        await asyncio.gather(*(alone.attempt(right=False) for _ in range(20)))
    assert alone.ended == {"right": 20, "WrongError": 5, "TooManyRequests": 15}


async def test_a_flush_forgets_no_more_than_redis(redis: Redis) -> None:
    """After a flush every worker still knows its own failures."""
    one = worker(redis)
    await asyncio.gather(*(one.attempt(right=False) for _ in range(5)))
    await redis.flushall()
    await one.attempt(right=True)
    assert one.ended == {"WrongError": 5, "TooManyRequests": 1}


async def test_failures_are_refilled(redis: Redis) -> None:
    """An hour brings five back, here as in Redis."""
    clock = MovableClock()
    one = worker(redis, clock)
    await asyncio.gather(*(one.attempt(right=False) for _ in range(5)))
    clock.move(seconds=HOUR)
    await redis.delete(*(await redis.keys(PREFIX + "*")))
    await asyncio.gather(*(one.attempt(right=False) for _ in range(6)))
    assert one.ended == {"WrongError": 10, "TooManyRequests": 1}


async def test_a_worker_that_died_holds_nothing_for_long(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries whose end was never heard of delay others by the time that a try waits, and no more."""
    monkeypatch.setattr(module, "WAIT_TOGETHER_SECONDS", 0.2)
    dead, alive = SharedBuckets(redis, Breaker()), worker(redis)
    for n in range(5):
        assert await dead.enter(OWN, f"dead{n}", 60) == 0
    await alive.attempt(right=True)
    assert alive.ended == {"right": 1}


async def test_who_waits_too_long_for_its_own_worker_is_told_so(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """A try that hangs makes others wait for a while; they may come again."""
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.1)
    one = worker(redis)
    await asyncio.gather(*(one.attempt(right=True, seconds=0.5) for _ in range(6)))
    assert one.ended == {"right": 5, "Overloaded": 1}


async def test_no_more_wait_than_may(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many who wait, the next is refused at once."""
    monkeypatch.setattr(module, "WAITING", 3)
    one = worker(redis)
    await asyncio.gather(*(one.attempt(right=True) for _ in range(10)))
    assert one.ended == {"right": 8, "Overloaded": 2}


async def test_who_gives_up_leaves_the_place_to_others(redis: Redis) -> None:
    """Callers that go away, while they wait or try, leave nothing behind, neither here nor in Redis."""
    one = worker(redis)
    async with going_away(one):
        pass
    await asyncio.gather(*(one.attempt(right=True) for _ in range(10)))
    assert one.ended == {"right": 10}
    assert await redis.keys(PREFIX + "*") == []


@asynccontextmanager
async def going_away(one: Worker) -> AsyncIterator[None]:
    """Eight tries, five of which get in; all of them give up at the end."""
    tasks = [asyncio.create_task(one.attempt(right=True, seconds=DAY)) for _ in range(8)]
    await asyncio.sleep(0.1)
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
