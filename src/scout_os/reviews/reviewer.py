"""Looks over what was written, apart from the requests that wrote it, and flags what people do not do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from scout_os.core.clock import Clock
from scout_os.core.postgres import Database
from scout_os.core.problems import Unavailable
from scout_os.reviews import repository
from scout_os.reviews.models import Traces
from scout_os.reviews.rules import MINUTE, review

EVERY_SECONDS = 30.0
LATE = timedelta(seconds=10)
"""What was written by a transaction that began so long ago may still not have been seen by the last round."""
BACK = MINUTE + timedelta(seconds=EVERY_SECONDS) + LATE
"""How far a round looks back: so that each minute lies within one round as a whole."""
KEEP = timedelta(days=180)
"""Closed flags are kept so long, for whoever is flagged again."""

log = structlog.get_logger(__name__)


class Reviewer:
    """Reviews in the background. Runs in every worker; one in the installation is at it at a time."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        count_open: Callable[[], Awaitable[int]],
        tell_open: Callable[[int], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._count_open = count_open
        self._tell_open = tell_open

    async def run(self) -> None:
        """Work for ever."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.step()
            except Unavailable:
                continue
            except Exception:  # no flag is worth a worker
                log.exception("review_failed")

    async def step(self) -> int:
        """One round; how much was found (also what was found before). Raises `Unavailable`."""
        findings = []
        async with self._database.transaction() as connection:
            if await repository.take_turn(connection):
                since = self._clock.now() - BACK
                payments = await repository.list_payments(connection, since)
                graded = await repository.list_graded(connection, since)
                for user_id in payments.keys() | graded.keys():
                    traces = Traces(payments.get(user_id, ()), graded.get(user_id, ()))
                    findings += [(user_id, finding) for finding in review(traces)]
                if findings:
                    await repository.raise_flags(connection, findings)
                await repository.forget_closed(connection, self._clock.now() - KEEP)
        self._tell_open(await self._count_open())
        return len(findings)
