"""From commit to Redis within milliseconds, best effort: the drain brings what is lost here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from scout_os.leaderboard.models import Register
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from scout_os.leaderboard.trust import Drain, Trust
from scout_os.training.models import ScoreChange

WAIT_SECONDS = 0.05
"""How long a submission waits for its place on the board. The write itself goes on."""


class FastPath:
    def __init__(self, *, board: RedisBoard, trust: Trust, drain: Drain) -> None:
        self._board = board
        self._trust = trust
        self._drain = drain
        self._writes: set[asyncio.Task[None]] = set()

    async def update_scores(self, changes: Sequence[ScoreChange]) -> None:
        """Merge `changes` of one transaction. Never raises, and makes the caller wait for `WAIT_SECONDS` at most."""
        registers = [Register(change.user_id, change.era, change.total_xp) for change in changes]
        self._trust.acknowledge(registers)
        is_well = self._board.breaker.state == "closed"
        write = asyncio.create_task(self._write(changes[0].identity, registers))
        self._writes.add(write)  # a task without a reference may be collected half-way
        write.add_done_callback(self._writes.discard)
        if is_well:  # the probe of a Redis that has failed may take all of its time, but no learner's
            await asyncio.wait((write,), timeout=WAIT_SECONDS)

    async def close(self) -> None:
        if self._writes:
            await asyncio.wait(self._writes, timeout=1)

    async def _write(self, identity: str, registers: Sequence[Register]) -> None:
        try:
            taken = await self._board.merge(identity, registers)
        except BoardAway:
            taken = False
        if taken:
            self._trust.reached_redis(registers)
        else:
            self._drain.wake()
