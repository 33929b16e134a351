"""Single-flight: concurrent callers share one read of a value."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Calls `read`, one call at a time. Each caller says how old the value may be. Times are monotonic seconds."""

    def __init__(self, read: Callable[[], Awaitable[T]], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._monotonic = monotonic
        self._reading = asyncio.Lock()
        self._last: tuple[float, T] | None = None

    async def get(self, *, not_before: float) -> T:
        """A value whose read began at `not_before` or later."""
        if self._last is not None and self._last[0] >= not_before:
            return self._last[1]
        async with self._reading:
            if self._last is not None and self._last[0] >= not_before:
                return self._last[1]
            began = self._monotonic()
            value = await self._read()
            self._last = (began, value)
            return value
