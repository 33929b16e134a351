"""Counters in Redis that all workers share. Without Redis they limit nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from importlib.resources import files

from redis.asyncio import Redis

from scout_os.core.breaker import Breaker
from scout_os.core.limits.buckets import Claim
from scout_os.core.redis import RedisAway, call_redis

PREFIX = "scout:limits:"
BUSY = -1.0
"""Others are trying, and may use up what is left."""
SECONDS = 0.1
"""How long a request waits for Redis at most."""


class SharedBuckets:
    """The same as `Buckets`, for all workers. Where Redis cannot say, the answer is None."""

    def __init__(self, redis: Redis, breaker: Breaker) -> None:
        self._breaker = breaker
        self._take = redis.register_script(_lua("take"))
        self._enter = redis.register_script(_lua("enter"))
        self._leave = redis.register_script(_lua("leave"))

    async def take(self, claims: Sequence[Claim]) -> float | None:
        """Take one of each, or of none: 0, or the seconds after which it may work."""
        wait = await self._ask(lambda: self._take(keys=_buckets(claims), args=_costs(claims)))
        return None if wait is None else wait / 1_000_000

    async def enter(self, claims: Sequence[Claim], mark: str, seconds: float) -> float | None:
        """Let the try `mark` in for `seconds` at most: 0, or the seconds after which it may work, or `BUSY`."""
        keys = [key for pair in zip(_buckets(claims), _tries(claims), strict=True) for key in pair]
        args: list[str | int] = [mark, round(seconds * 1_000_000), *_costs(claims)]
        wait = await self._ask(lambda: self._enter(keys=keys, args=args))
        return BUSY if wait == BUSY else None if wait is None else wait / 1_000_000

    async def leave(self, claims: Sequence[Claim], mark: str, charged: Sequence[Claim]) -> None:
        """The try has ended; its failure is counted for `charged`."""
        keys = [*_tries(claims), *_buckets(charged)]
        await self._ask(lambda: self._leave(keys=keys, args=[mark, len(claims), *_costs(charged)]))

    async def _ask(self, call: Callable[[], Awaitable[int]]) -> int | None:
        if not self._breaker.allow():
            return None
        try:
            answer = await call_redis(call, SECONDS)
        except RedisAway:
            self._breaker.failed()
            return None
        self._breaker.succeeded()
        return answer


def _lua(name: str) -> str:
    return "".join(files("scout_os.core.limits").joinpath(f"{part}.lua").read_text() for part in ("bucket", name))


def _buckets(claims: Sequence[Claim]) -> list[str]:
    return [f"{PREFIX}{rule.name}:{who}" for rule, who in claims]


def _tries(claims: Sequence[Claim]) -> list[str]:
    return [f"{key}:tries" for key in _buckets(claims)]


def _costs(claims: Sequence[Claim]) -> list[int]:
    """For each claim, in microseconds, what one costs and how much there is."""
    costs = [round(rule.interval * 1_000_000) for rule, _ in claims]
    return [part for cost, (rule, _) in zip(costs, claims, strict=True) for part in (cost, cost * rule.burst)]
