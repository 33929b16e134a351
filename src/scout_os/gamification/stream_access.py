"""Streams end with what they were opened by: the token, and the right of its user."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from scout_os.core.clock import Clock
from scout_os.core.problems import Unavailable
from scout_os.gamification.stream_viewers import Viewers

LOOK_SECONDS = 2.0


class Access:
    """Looks at all of them at once, every two seconds."""

    def __init__(self, *, list_active: Callable[[Collection[int]], Awaitable[set[int]]], clock: Clock) -> None:
        self._list_active = list_active
        self._clock = clock

    async def watch(self, viewers: Viewers) -> None:
        """End the streams of tokens that expired, and of users who were disabled or deleted, for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            asked = viewers.user_ids()
            try:
                active = await self._list_active(asked) if asked else asked
            except Unavailable:
                active = asked  # nobody can say
            now = self._clock.now().timestamp()
            for viewer in viewers:
                if viewer.valid_until is not None and viewer.valid_until <= now:
                    viewer.end("token_expired")
                elif viewer.user_id in asked and viewer.user_id not in active:
                    viewer.end("access_ended")
