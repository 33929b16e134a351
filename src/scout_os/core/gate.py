"""Admission: so many at work at once, so many waiting, and never for long. The rest is refused at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from scout_os.core.problems import Unavailable


class Gate:
    """Lets `width` callers in at once, first come, first served; `waiting` more may wait, each `seconds` at most."""

    def __init__(self, *, width: int, waiting: int, seconds: float) -> None:
        self._open = asyncio.Semaphore(width)
        self._places = width + waiting
        self._seconds = seconds
        self._present = 0

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        """Pass through, or raise `Unavailable` when too many wait or the wait gets too long."""
        if self._present >= self._places:
            raise Unavailable("Too many requests at this moment. Please try again.")
        self._present += 1
        try:
            try:
                await asyncio.wait_for(self._open.acquire(), self._seconds)
            except TimeoutError as error:
                raise Unavailable("Too many requests at this moment. Please try again.") from error
            try:
                yield
            finally:
                self._open.release()
        finally:
            self._present -= 1
