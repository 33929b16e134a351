"""Tries that may fail: failures are limited, successes are not.

A try in flight may still fail, so it holds one of the failures that are left until it ends. If all are held, the next try
waits; if none is left, it is refused.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from secrets import token_hex

from scout_os.core.bulkhead import Overloaded
from scout_os.core.limits.buckets import Buckets, Claim
from scout_os.core.limits.limits import TooManyRequests
from scout_os.core.limits.shared import BUSY, SharedBuckets

FLIGHT_SECONDS = 20.0
"""After this time a try counts as ended for other workers, because its own may have died."""
WAIT_SECONDS = 10.0
"""How long a try waits for others of its own worker before it is refused."""
WAIT_TOGETHER_SECONDS = 8.0
"""How long it waits for those of other workers. Then it is let in, as if Redis were away: one may have died."""
WAITING = 500
AGAIN_SECONDS = 0.03
"""The pause between two questions to Redis whether the tries of other workers have ended."""

_Key = tuple[str, str]


class Tries:
    """Lets tries in, by what this process and Redis know; without Redis, by what this process knows."""

    def __init__(self, *, here: Buckets, shared: SharedBuckets, enabled: bool) -> None:
        self._here = here
        self._shared = shared
        self._enabled = enabled
        self._in_flight: Counter[_Key] = Counter()
        self._waiting: dict[_Key, list[asyncio.Future[None]]] = {}
        self._waiters = 0

    @asynccontextmanager
    async def attempt(
        self, claims: Sequence[Claim], failure: type[Exception], *, also_charged: Sequence[Claim] = ()
    ) -> AsyncIterator[None]:
        """Run the block if every claim has a failure left. If the block raises `failure`, it counts for all of them.

        `also_charged` keep nobody out here; they pay for a failure too. Raises `TooManyRequests`, and `Overloaded`
        after `WAIT_SECONDS`.
        """
        if not self._enabled:
            yield
            return
        mark = await self._enter(claims)
        charged: Sequence[Claim] = ()
        try:
            yield
        except failure:
            charged = [*claims, *also_charged]
            raise
        finally:
            self._here.charge(charged)
            try:
                await self._shared.leave(claims, mark, charged)
            finally:
                self._leave_here(claims)

    async def _enter(self, claims: Sequence[Claim]) -> str:
        mark = token_hex(8)
        await self._enter_here(claims)
        try:
            await self._enter_together(claims, mark)
        except BaseException:
            self._leave_here(claims)
            raise
        return mark

    async def _enter_together(self, claims: Sequence[Claim], mark: str) -> None:
        give_up_at = time.monotonic() + WAIT_TOGETHER_SECONDS
        while (wait := await self._shared.enter(claims, mark, FLIGHT_SECONDS)) == BUSY:
            if time.monotonic() > give_up_at:
                return
            await asyncio.sleep(AGAIN_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
        if wait:
            raise TooManyRequests(wait)

    async def _enter_here(self, claims: Sequence[Claim]) -> None:
        give_up_at = time.monotonic() + WAIT_SECONDS
        while (full := self._find_full(claims)) is not None:
            if self._waiters >= WAITING:
                raise Overloaded
            self._waiters += 1
            ended = asyncio.get_running_loop().create_future()
            self._waiting.setdefault(full, []).append(ended)
            try:
                async with asyncio.timeout(give_up_at - time.monotonic()):
                    await ended
            except TimeoutError:
                raise Overloaded from None
            finally:
                self._waiters -= 1
        self._in_flight.update(_keys(claims))

    def _find_full(self, claims: Sequence[Claim]) -> _Key | None:
        """The first of which those in flight hold all that is left; raises `TooManyRequests` if none is left of one."""
        rooms = [self._here.room(rule, who) for rule, who in claims]
        if not all(left for left, _ in rooms):
            raise TooManyRequests(max(wait for _, wait in rooms))
        return next(
            (key for key, (left, _) in zip(_keys(claims), rooms, strict=True) if self._in_flight[key] >= left), None
        )

    def _leave_here(self, claims: Sequence[Claim]) -> None:
        for key in _keys(claims):
            self._in_flight[key] -= 1
            if not self._in_flight[key]:
                del self._in_flight[key]
            for ended in self._waiting.pop(key, ()):
                if not ended.done():
                    ended.set_result(None)


def _keys(claims: Sequence[Claim]) -> list[_Key]:
    return [(rule.name, who) for rule, who in claims]
