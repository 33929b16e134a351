"""Calls to Redis: whatever means that it is away is one word, and a busy process is none of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop
from redis.asyncio import Connection, Redis

from chaos.target.valkey import OwnValkey, own_valkey
from scout_os.core.breaker import Breaker
from scout_os.core.limits.rules import MINUTE, Rule
from scout_os.core.limits.shared import SharedBuckets
from scout_os.core.redis import RedisAway, RedisRefused, call_redis
from scout_os.core.store_urls import StoreUrls
from tests.service import Service, Truth, add_learners, attempt

SECONDS = 0.1


_send = Connection.send_packed_command


async def _reset(self: Connection, command: Any, check_health: bool = True) -> None:
    """Send over a network that fails between the pool's look at the connection and the write."""
    if self._writer is not None:
        self._writer.transport.abort()
        await asyncio.sleep(0)
    await _send(self, command, check_health)


@pytest.fixture
def hung(tmp_path: Path) -> Iterator[OwnValkey]:
    """A Valkey that keeps its connections and says nothing."""
    with own_valkey(tmp_path) as valkey:
        valkey.freeze()
        yield valkey


def on_uvloop(work: Callable[[], Awaitable[None]]) -> None:
    """Run it on the loop that the service has."""

    async def run() -> None:
        await work()

    uvloop.run(run())


def test_a_connection_that_is_reset_before_the_write(stores: StoreUrls, monkeypatch: pytest.MonkeyPatch) -> None:
    """It means that Redis is away, though the event loop calls it a RuntimeError; limits then count by themselves."""

    async def work() -> None:
        redis = Redis.from_url(stores.redis_url)
        await redis.ping()
        monkeypatch.setattr(Connection, "send_packed_command", _reset)
        with pytest.raises(RuntimeError):
            await redis.ping()
        with pytest.raises(RedisAway):
            await call_redis(redis.ping, SECONDS)
        assert await SharedBuckets(redis, Breaker()).take([(Rule("any", 1, MINUTE), "me")]) is None
        monkeypatch.undo()
        await redis.aclose()

    on_uvloop(work)


async def test_requests_while_every_connection_is_reset(
    service: Service, truth: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing up, logging in, writing, submitting and reading go on, though each write to Redis fails in this way."""
    [learner] = await add_learners(truth, 1)
    account = {"username": "budi", "password": "siap selalu kak"}
    async with service.client(learner) as client:
        assert (await client.get("/leaderboard")).status_code == 200
        monkeypatch.setattr(Connection, "send_packed_command", _reset)
        statuses = []
        for _ in range(3):  # one finds idle connections, the next none
            statuses += [
                (await client.post("/auth/login", json={"username": "nobody", "password": "guessed"})).status_code,
                (await client.patch("/users/me/profile", json={"full_name": "Budi"})).status_code,
                (await client.post("/training/progress/submit", json=attempt("puk_u1_l1", 5))).status_code,
                (await client.get("/leaderboard/me")).status_code,
            ]
        made = (await client.post("/auth/register", json=account)).status_code
        entered = (await client.post("/auth/login", json=account)).status_code
    assert statuses == [401, 200, 200, 200] * 3
    assert (made, entered) == (201, 200)


async def test_our_own_bugs_stay_what_they_are() -> None:
    """A RuntimeError of another kind, or any other error, is not taken for a Redis that is away."""

    async def fail() -> None:
        raise RecursionError

    with pytest.raises(RecursionError):
        await call_redis(fail, SECONDS)


async def test_an_error_reply_is_a_refusal(redis: Redis) -> None:
    """What Redis itself answered can be told from what kept it from answering."""
    await redis.sadd("set", "member")
    with pytest.raises(RedisRefused, match="WRONGTYPE"):
        await call_redis(lambda: redis.incr("set"), SECONDS)


def test_a_process_that_stood_still_does_not_take_redis_for_slow(stores: StoreUrls) -> None:
    """After the event loop stood for longer than the deadline, an answer that came meanwhile counts."""

    async def work() -> None:
        async with Redis.from_url(stores.redis_url) as redis:
            await redis.ping()
            for n in range(40):
                asking = asyncio.create_task(call_redis(redis.ping, SECONDS))
                for _ in range(n % 8):  # the longer, the farther it is on its way
                    await asyncio.sleep(0)
                time.sleep(SECONDS * 1.2)  # noqa: ASYNC251 - the loop is to stand still
                assert await asking

    on_uvloop(work)


async def test_a_redis_that_hangs_is_away_after_the_deadline(hung: OwnValkey) -> None:
    """A server that says nothing is waited for as long as was said, and not much longer."""
    async with Redis.from_url(hung.url) as redis:
        began = time.monotonic()
        with pytest.raises(RedisAway):
            await call_redis(redis.ping, SECONDS)
        assert SECONDS <= time.monotonic() - began < 1
