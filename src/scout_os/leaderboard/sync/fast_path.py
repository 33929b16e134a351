"""From commit to board within milliseconds, best effort: what is lost here, the drain brings."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog

from scout_os.leaderboard.models import Register
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from scout_os.training.models import ScoreChange

WAIT_SECONDS = 0.05
"""What a submission waits for its place on the board. The write itself goes on."""
BEHIND_SECONDS = 5.0
"""How long a learner whose write failed is answered by PostgreSQL; by then the drain has been there, or is reported."""
MAX_BEHIND = 10_000

log = structlog.get_logger(__name__)


class FastPath:
    """Merges each change into the board after its commit, and remembers whose change Redis may not have yet."""

    def __init__(
        self,
        *,
        board: RedisBoard,
        wake: Callable[[], None],
        acknowledged: Callable[[Register], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._board = board
        self._wake = wake
        self._acknowledged = acknowledged
        self._monotonic = monotonic
        self._writes: set[asyncio.Task[None]] = set()
        self._behind: dict[int, tuple[float, ScoreChange]] = {}

    async def update_scores(self, changes: Sequence[ScoreChange]) -> None:
        """Merge `changes` of one transaction; never raises, and never keeps the caller waiting longer than `WAIT_SECONDS`."""
        for change in changes:
            self._acknowledged(_register(change))
        self._mark_behind(changes)
        trusted = self._board.breaker.state == "closed"
        write = asyncio.create_task(self._write(changes))
        self._writes.add(write)  # a task that nobody holds may be collected half-way
        write.add_done_callback(self._writes.discard)
        if trusted:  # what probes a Redis that has failed may take all of its time, but no learner's
            await asyncio.wait((write,), timeout=WAIT_SECONDS)

    def is_behind(self, user_id: int) -> bool:
        """Whether Redis may lack a change of `user_id` that was acknowledged here."""
        mark = self._behind.get(user_id)
        return mark is not None and mark[0] > self._monotonic()

    async def close(self) -> None:
        """Wait for the writes under way."""
        if self._writes:
            await asyncio.wait(self._writes, timeout=1)

    async def _write(self, changes: Sequence[ScoreChange]) -> None:
        try:
            taken = await self._board.merge(changes[0].identity, [_register(change) for change in changes])
        except BoardAway:
            taken = False
        if not taken:
            self._wake()
            return
        for change in changes:
            mark = self._behind.get(change.user_id)
            if mark is not None and mark[1] is change:
                del self._behind[change.user_id]  # a later change may still be under way: its own mark stays

    def _mark_behind(self, changes: Sequence[ScoreChange]) -> None:
        now = self._monotonic()
        if len(self._behind) >= MAX_BEHIND:
            self._behind = {user: mark for user, mark in self._behind.items() if mark[0] > now}
        self._behind.update((change.user_id, (now + BEHIND_SECONDS, change)) for change in changes)


def _register(change: ScoreChange) -> Register:
    return Register(change.user_id, change.era, change.total_xp)
