"""Deletes kept answers and graded attempts when no retry can need them any more. Safe to run in every worker."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from scout_os.core.clock import Clock
from scout_os.core.jobs import repeat
from scout_os.training.issued_attempts import LIFETIME
from scout_os.training.repository import TrainingRepository

KEEP = LIFETIME + timedelta(days=1)
"""Longer than a submission waits on a device, and than an attempt is valid by any worker's clock."""
PAUSE_SECONDS = 600.0
BATCH = 5000

log = structlog.get_logger(__name__)


class AnswerRetention:
    def __init__(self, *, repository: TrainingRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    async def run(self) -> None:
        await repeat(self._forget_all, PAUSE_SECONDS, log, "answers_not_forgotten")

    async def _forget_all(self) -> None:
        while await self.forget() == BATCH:  # noqa: ASYNC110 - a pause for PostgreSQL between batches
            await asyncio.sleep(1)

    async def forget(self) -> int:
        """Delete one batch older than `KEEP`; returns its size."""
        return await self._repository.forget(self._clock.now() - KEEP, BATCH)
