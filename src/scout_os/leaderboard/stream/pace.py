"""When the board is read for its viewers: soon after changes, at once for those who join, and now and then without notice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from scout_os.leaderboard.models import Source

TICK_SECONDS = 0.25
SLOWEST_TICK_SECONDS = 1.0
EVENTS_A_SECOND = 2000
"""What one process sends, unless the slowest tick demands more: 2000 viewers get one state a second."""
JOIN_SECONDS = 0.05
"""All who join within it share a read."""
LOOK_SECONDS = 1.0
POSTGRES_LOOK_SECONDS = 0.5
"""With the second that a page from PostgreSQL may be old, a change is seen within two."""


class Pace:
    """Times the reads. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._news = asyncio.Event()
        self._looked_at = self._read_at = 0.0
        self.heard = True
        """Whether changes are pending that not everybody has seen."""

    def hear(self) -> None:
        self.heard = True
        self._news.set()

    def join(self) -> None:
        self._news.set()

    def hurry(self) -> None:
        """Something changed, and the channel did not tell."""
        self.heard, self._looked_at = True, 0.0

    async def wait_for_somebody(self) -> None:
        self._news.clear()
        await self._news.wait()

    async def rest(self, viewers: int, source: Source, joining: Callable[[], bool]) -> None:
        while (pause := self._due_at(viewers, source, joining()) - time.monotonic()) > 0:
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._news.wait()

    def begin(self, viewers: int, source: Source) -> tuple[bool, bool]:
        """A read begins. Whether it is a regular one, and whether it is for everybody rather than for those who join."""
        self._read_at = time.monotonic()
        looks = self._read_at >= self._look_due_at(viewers, source)
        everybody = looks and (self.heard or source == "postgres")
        if looks:
            self._looked_at, self.heard = self._read_at, False
        return looks, everybody

    def _due_at(self, viewers: int, source: Source, joining: bool) -> float:
        look_at = self._look_due_at(viewers, source)
        return min(look_at, self._read_at + JOIN_SECONDS) if joining else look_at

    def _look_due_at(self, viewers: int, source: Source) -> float:
        if self.heard:
            tick = min(max(TICK_SECONDS, viewers / EVENTS_A_SECOND), SLOWEST_TICK_SECONDS)
            return self._looked_at + tick
        return self._looked_at + (LOOK_SECONDS if source == "redis" else POSTGRES_LOOK_SECONDS)
