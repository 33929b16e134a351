"""A bulkhead: limits how many callers run and wait. Refuses the rest at once, and everybody if no caller gets done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from scout_os.core.problems import Unavailable

STUCK_SECONDS = 0.25


class Overloaded(Unavailable):
    """There is more to do than can be done in time. The request was not started."""

    code = "overloaded"
    detail = "Too many requests at this moment. Please try again."


class Bulkhead:
    """Lets `width` callers run at once, in order of arrival. Up to `waiting` more may wait, each at most `seconds`.

    If no caller has finished for `stuck_seconds`, other than with `Unavailable`, the work hangs: then nobody waits on.
    """

    def __init__(self, *, width: int, waiting: int, seconds: float, stuck_seconds: float = STUCK_SECONDS) -> None:
        self._open = asyncio.Semaphore(width)
        self._places = width + waiting
        self._seconds = seconds
        self._stuck_seconds = stuck_seconds
        self._present = 0
        self._last_out = 0.0

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        """Run the block when it is this caller's turn, or raise `Overloaded`."""
        if self._present >= self._places:
            raise Overloaded
        self._present += 1
        try:
            await self._wait()
            moved = True
            try:
                yield
            except Unavailable:
                moved = False  # a failure does not show that work gets done
                raise
            finally:
                if moved:
                    self._last_out = time.monotonic()
                self._open.release()
        finally:
            self._present -= 1

    async def _wait(self) -> None:
        came = time.monotonic()
        patience = self._stuck_seconds
        while True:
            try:
                async with asyncio.timeout(patience):
                    await self._open.acquire()
                    return
            except TimeoutError:
                now = time.monotonic()
                moved = max(self._last_out, came)
                if now - came >= self._seconds or now - moved >= self._stuck_seconds:
                    raise Overloaded from None
                patience = min(moved + self._stuck_seconds - now, came + self._seconds - now)
