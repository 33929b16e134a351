"""Kept answers are for retries; after two days nobody retries any more, and no attempt could be graded again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from scout_os.core.clock import Clock
from scout_os.core.problems import Unavailable
from scout_os.training.repository import TrainingRepository

KEEP = timedelta(hours=48)
"""Twice the day within which a retry with the same key must get the first answer; attempts are over after hours."""
PAUSE_SECONDS = 600.0
BATCH = 5000

log = structlog.get_logger(__name__)


class AnswerRetention:
    """Deletes old idempotency keys and graded attempts, a batch at a time. Runs in every worker; two at once do no harm."""

    def __init__(self, *, repository: TrainingRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    async def run(self) -> None:
        """Tidy up for ever."""
        forgotten = 0
        while True:
            await asyncio.sleep(1 if forgotten == BATCH else PAUSE_SECONDS)
            try:
                forgotten = await self.forget()
            except Unavailable:
                forgotten = 0
            except Exception:  # untidy is no reason to stop serving
                forgotten = 0
                log.exception("answers_not_forgotten")

    async def forget(self) -> int:
        """Delete one batch of answers and one of attempts older than `KEEP`; how many it were of the larger one."""
        before = self._clock.now() - KEEP
        answers = await self._repository.forget_answers(before, BATCH)
        return max(answers, await self._repository.forget_attempts(before, BATCH))
