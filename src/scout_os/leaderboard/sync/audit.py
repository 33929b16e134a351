"""The audit: compares the board with PostgreSQL, learner by learner, and has what differs mended.

It writes nothing to Redis itself. What a foreign hand did to the board, completeness by count cannot always tell: a
score that is one too high keeps the count.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from scout_os.core.postgres import Connection, Database
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from scout_os.leaderboard.sync import audit_repository as repository
from scout_os.leaderboard.sync.audit_round import AuditRound, BoardAbsent, Progress
from scout_os.leaderboard.sync.differences import AuditReport
from scout_os.leaderboard.sync.rebuild import RebuildRefused

EVERY_SECONDS = 30.0
"""From one round's start to the next: what is written behind our back is found within this and the round itself."""
AGAIN_SECONDS = 5.0
"""The next round after the first that found something: by then it is mended, and the metric says so."""

log = structlog.get_logger(__name__)


class Audit:
    """Looks for differences in the background. Runs in every worker; one in the installation is at it at a time."""

    def __init__(
        self,
        *,
        database: Database,
        board: RedisBoard,
        demand_rebuild: Callable[[], Awaitable[object]],
        tell_count: Callable[[int], None],
        every: float = EVERY_SECONDS,
    ) -> None:
        self._database = database
        self._board = board
        self._demand_rebuild = demand_rebuild
        self._tell_count = tell_count
        self._every = every
        self._mended: set[str] = set()
        self._soon = False

    async def run(self) -> None:
        """Work for ever. While a store is away, or the board absent, rounds are left out: others see to that."""
        begun = time.time()
        while True:
            await asyncio.sleep(self._pause(begun))
            begun = time.time()
            try:
                await self.step()
            except (BoardAway, BoardAbsent, RebuildRefused, Unavailable) as error:
                log.debug("audit_left_out", reason=f"{type(error).__name__}: {error}")
            except Exception:
                log.exception("audit_failed")

    async def step(self) -> AuditReport | None:
        """One round, and what it takes to mend what it found; None: another process is at it.

        Raises `BoardAway`, `BoardAbsent`, `RebuildRefused`, `Unavailable`.
        """
        async with self._database.transaction() as connection:
            if not await repository.take_turn(connection):
                return None
            report = await self._look(connection, None)
        self._tell_count(report.count)
        self._soon = report.count > 0 and not self._soon
        if report.count:
            _warn(report)
        await self.mend(report)
        return report

    async def check(self, progress: Progress | None = None) -> AuditReport:
        """One round that only looks, whoever else is at it. Raises `BoardAway`, `BoardAbsent`, `Unavailable`."""
        async with self._database.transaction() as connection:
            return await self._look(connection, progress)

    async def mend(self, report: AuditReport) -> None:
        """Have what `report` found mended by the drain, or by a rebuild if that is needed or the drain did not help.

        Outbox rows are drained within a second, by whichever process runs an outbox relay; a rebuild is waited for.
        """
        members = {difference.member for difference in report.differences}
        in_vain = bool(members & self._mended)
        self._mended = set()
        if report.needs_rebuild or in_vain:
            await self._demand_rebuild()
        elif members:
            async with self._database.transaction() as connection:
                await repository.mend(
                    connection, to_raise=report.learners_to("raise"), to_lower=report.learners_to("lower")
                )
            self._mended = members

    async def is_waiting(self, report: AuditReport) -> bool:
        """Whether the drain has yet to bring what `mend` asked for."""
        async with self._database.connection() as connection:
            return await repository.is_waiting(connection, report.learners_to("raise") + report.learners_to("lower"))

    async def _look(self, connection: Connection, progress: Progress | None) -> AuditReport:
        return await AuditRound(connection, self._board).compare(progress)

    def _pause(self, begun: float) -> float:
        """Until the next multiple of the interval on the wall clock: so all workers start at once, and one gets the turn.

        A round `begun` so long ago that its successor is due is followed at once. Nothing but the cost hangs on the
        clock: one that is wrong or jumps makes two processes audit, or a round come early.
        """
        pause = begun - begun % self._every + self._every - time.time()
        return max(0.0, min(pause, AGAIN_SECONDS if self._soon else self._every))


def _warn(report: AuditReport) -> None:
    kinds = [difference.remedy for difference in report.differences]
    log.warning(
        "board_differs",
        differences=report.count,
        learners=report.learners,
        too_low=kinds.count("raise"),
        too_high=kinds.count("lower"),
        unreadable=kinds.count("rebuild"),
        members=[difference.member for difference in report.differences[:10]],
    )
