"""Ends streams whose token has expired or was logged out, or whose user may no longer sign in."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Protocol

from scout_os.core.access_tokens import Verified
from scout_os.core.clock import Clock
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.stream.viewers import Viewers

LOOK_SECONDS = 2.0


class Sessions(Protocol):
    async def list_good(self, holders: Collection[Verified]) -> set[bytes]:
        """The ids of those tokens that were not logged out and whose users are active. Raises `Unavailable`."""


async def watch_access(viewers: Viewers, sessions: Sessions, clock: Clock) -> None:
    """End streams for ever, as their tokens end. Asks about all of them at once."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        asked = {viewer.holder.token_id: viewer.holder for viewer in viewers if viewer.holder is not None}
        try:
            good = await sessions.list_good(asked.values()) if asked else set()
        except Unavailable:
            good = set(asked)  # nobody can tell
        now = clock.now().timestamp()
        for viewer in viewers:
            if viewer.holder is None:
                continue
            if viewer.holder.valid_until <= now:
                viewer.end("token_expired")
            elif viewer.holder.token_id in asked and viewer.holder.token_id not in good:
                viewer.end("access_ended")
