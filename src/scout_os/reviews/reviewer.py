"""Reviews recent activity in the background, and flags what people do not do."""

from __future__ import annotations

from datetime import timedelta

import structlog

from scout_os.core.clock import Clock
from scout_os.core.jobs import repeat
from scout_os.core.metrics import Metrics
from scout_os.core.postgres import take_turn
from scout_os.reviews.models import Traces
from scout_os.reviews.repository import ReviewRepository
from scout_os.reviews.rules import MINUTE, review

EVERY_SECONDS = 30.0
LATE = timedelta(seconds=10)
"""The last round may have missed rows of transactions that began this long ago."""
BACK = MINUTE + timedelta(seconds=EVERY_SECONDS) + LATE
"""How far a round looks back, so that every minute lies entirely within one round."""
KEEP = timedelta(days=180)
"""How long closed flags are kept, as a learner's history."""

log = structlog.get_logger(__name__)


class Reviewer:
    """Runs in every worker; only one of the installation reviews at a time."""

    def __init__(self, *, repository: ReviewRepository, clock: Clock, metrics: Metrics) -> None:
        self._repository = repository
        self._clock = clock
        self._metrics = metrics

    async def run(self) -> None:
        await repeat(self.step, EVERY_SECONDS, log, "review_failed")

    async def step(self) -> int:
        """Review once; returns the number of findings, including known ones. Raises `Unavailable`."""
        findings = []
        repository = self._repository
        async with repository.transaction() as connection:
            if await take_turn(connection, "reviews"):
                payments = await repository.list_payments(connection, BACK)
                graded = await repository.list_graded(connection, self._clock.now() - BACK)
                for user_id in payments.keys() | graded.keys():
                    traces = Traces(payments.get(user_id, ()), graded.get(user_id, ()))
                    findings += [(user_id, finding) for finding in review(traces)]
                if findings:
                    await repository.raise_flags(connection, findings)
                await repository.forget_closed(connection, KEEP)
        self._metrics.review_flags.set(await repository.count_open())
        return len(findings)
