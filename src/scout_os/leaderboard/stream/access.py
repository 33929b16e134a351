"""Streams end with what they were opened by: the token, and the right of its user."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from scout_os.core.access_tokens import Verified
from scout_os.core.clock import Clock
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.stream.viewers import Viewers

LOOK_SECONDS = 2.0


class Access:
    """Looks at all of them at once, every two seconds."""

    def __init__(self, *, list_good: Callable[[Collection[Verified]], Awaitable[set[bytes]]], clock: Clock) -> None:
        self._list_good = list_good
        self._clock = clock

    async def watch(self, viewers: Viewers) -> None:
        """End the streams of tokens that expired or were logged out, and of disabled or deleted users, for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            asked = {viewer.holder.token_id: viewer.holder for viewer in viewers if viewer.holder is not None}
            try:
                good = await self._list_good(asked.values()) if asked else set()
            except Unavailable:
                good = set(asked)  # nobody can say
            now = self._clock.now().timestamp()
            for viewer in viewers:
                if viewer.holder is None:
                    continue
                if viewer.holder.valid_until <= now:
                    viewer.end("token_expired")
                elif viewer.holder.token_id in asked and viewer.holder.token_id not in good:
                    viewer.end("access_ended")
