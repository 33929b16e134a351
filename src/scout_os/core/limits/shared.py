"""Counters that all workers share, in Redis: one script, a deadline, and no harm where Redis is away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from importlib.resources import files
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from scout_os.core.breaker import Breaker
from scout_os.core.limits.buckets import Claim

PREFIX = "scout:limits:"
SECONDS = 0.1
"""What a request waits for Redis at most."""

T = TypeVar("T")


class SharedBuckets:
    """The same as `Buckets`, for all workers. Where Redis cannot say, the answer is None."""

    def __init__(self, redis: Redis, breaker: Breaker) -> None:
        self._redis = redis
        self._breaker = breaker
        self._take = redis.register_script(files("scout_os.core.limits").joinpath("take.lua").read_text())

    async def take(self, claims: Sequence[Claim]) -> float | None:
        costs = [
            round(part * 1_000_000) for rule, _ in claims for part in (rule.interval, (rule.burst - 1) * rule.interval)
        ]
        wait = await self._ask(lambda: self._take(keys=_keys(claims), args=costs))
        return None if wait is None else int(wait) / 1_000_000

    async def give_back(self, claims: Sequence[Claim]) -> None:
        costs = [round(part * 1_000_000) for rule, _ in claims for part in (-rule.interval, 2 * rule.seconds)]
        await self._ask(lambda: self._take(keys=_keys(claims), args=costs))

    async def remember(self, mark: str, seconds: float) -> None:
        """Keep a mark for that long, or until Redis is flushed."""
        await self._ask(lambda: self._redis.set(PREFIX + mark, "1", ex=round(seconds)))

    async def is_remembered(self, mark: str) -> bool:
        return bool(await self._ask(lambda: self._redis.exists(PREFIX + mark)))

    async def _ask(self, call: Callable[[], Awaitable[T]]) -> T | None:
        if not self._breaker.allow():
            return None
        try:
            async with asyncio.timeout(SECONDS):
                answer = await call()
        except (RedisError, OSError, TimeoutError):
            self._breaker.failed()
            return None
        self._breaker.succeeded()
        return answer


def _keys(claims: Sequence[Claim]) -> list[str]:
    return [f"{PREFIX}{rule.name}:{who}" for rule, who in claims]
