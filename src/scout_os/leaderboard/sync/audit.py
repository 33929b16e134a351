"""The audit: compares the board with PostgreSQL, learner by learner, and makes the drain repair what differs.

It finds what the count of members cannot tell, such as a score that another client has changed. It writes nothing to Redis.
"""

from __future__ import annotations

import asyncio
import time

import structlog

from scout_os.core.metrics import Metrics
from scout_os.core.postgres import Database, take_turn
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from scout_os.leaderboard.sync import audit_repository as repository
from scout_os.leaderboard.sync.audit_round import AuditRound, BoardAbsent
from scout_os.leaderboard.sync.differences import AuditReport
from scout_os.leaderboard.sync.rebuild import Progress, Rebuilder

EVERY_SECONDS = 30.0
AGAIN_SECONDS = 5.0
"""The pause after the first round that found something: by then it is repaired, and the metric tells so."""

log = structlog.get_logger(__name__)


class Audit:
    """Looks for differences in the background. Runs in every worker; one process at a time audits."""

    def __init__(
        self,
        *,
        database: Database,
        board: RedisBoard,
        rebuilder: Rebuilder,
        metrics: Metrics,
        every: float = EVERY_SECONDS,
    ) -> None:
        self._database = database
        self._board = board
        self._rebuilder = rebuilder
        self._metrics = metrics
        self._every = every
        self._mended: set[str] = set()
        self._soon = False

    async def run(self) -> None:
        """Work for ever. Rounds are left out while a store is away or the board absent."""
        begun = time.time()
        while True:
            await asyncio.sleep(self._pause(begun))
            begun = time.time()
            try:
                await self.step()
            except (BoardAway, BoardAbsent, Unavailable) as error:
                log.debug("audit_left_out", reason=f"{type(error).__name__}: {error}")
            except Exception:
                log.exception("audit_failed")

    async def step(self) -> AuditReport | None:
        """One round, and the repair of what it found; None: another process audits.

        Raises `BoardAway`, `BoardAbsent`, `Unavailable`.
        """
        async with self._database.transaction() as connection:
            if not await take_turn(connection, "audit"):
                return None
            report = await AuditRound(connection, self._board).compare()
        self._metrics.board_differences.set(report.count)
        self._soon = report.count > 0 and not self._soon
        if report.count:
            _warn(report)
        await self.mend(report)
        return report

    async def check(self, progress: Progress | None = None) -> AuditReport:
        """One round without repair, also while another process audits. Raises `BoardAway`, `BoardAbsent`, `Unavailable`."""
        async with self._database.transaction() as connection:
            return await AuditRound(connection, self._board).compare(progress)

    async def mend(self, report: AuditReport) -> None:
        """Repair what `report` found by the drain, or by a rebuild if that is needed or the drain did not help.

        The outbox relay of some process drains the rows within a second; a rebuild is waited for.
        """
        members = {difference.member for difference in report.differences}
        in_vain = bool(members & self._mended)
        self._mended = set()
        if report.needs_rebuild or in_vain:
            await self._rebuilder.rebuild_now()
        elif members:
            async with self._database.transaction() as connection:
                await repository.mend(
                    connection, to_raise=report.learners_to("raise"), to_lower=report.learners_to("lower")
                )
            self._mended = members

    async def is_waiting(self, report: AuditReport) -> bool:
        async with self._database.connection() as connection:
            return await repository.is_waiting(connection, report.learners_to("raise") + report.learners_to("lower"))

    def _pause(self, begun: float) -> float:
        """Until the next multiple of the interval on the wall clock, so that all workers start at once and one audits.

        If the next round after the one that has `begun` is due already, it follows at once. A wrong clock only costs
        another round.
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
