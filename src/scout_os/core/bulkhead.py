"""Admission: so many at work at once, so many waiting, and no waiting where nothing moves. The rest is refused at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from scout_os.core.problems import Unavailable

STUCK_SECONDS = 0.25


class Overloaded(Unavailable):
    """More is asked at this moment than can be done in time. Nothing was begun."""

    code = "overloaded"
    detail = "Too many requests at this moment. Please try again."


class Bulkhead:
    """Lets `width` callers in at once, first come, first served; `waiting` more may wait, each `seconds` at most.

    Where nobody has come out with anything but `Unavailable` for `stuck_seconds`, the work behind the gate hangs, and
    waiting for it would be in vain.
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
        """Pass through, or raise `Overloaded`."""
        if self._present >= self._places:
            raise Overloaded
        self._present += 1
        try:
            await self._wait()
            moved = True
            try:
                yield
            except Unavailable:
                moved = False  # who comes out with nothing is no sign that the work goes on
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
