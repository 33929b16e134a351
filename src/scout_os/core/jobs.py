"""Background jobs that run as long as their owner."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeAlias

from structlog.typing import FilteringBoundLogger

from scout_os.core.problems import Unavailable

Job: TypeAlias = Callable[[], Coroutine[Any, Any, None]]

AGAIN_SECONDS = 1.0


async def run_together(jobs: Iterable[Job]) -> None:
    """Run the jobs until one fails or this call is cancelled; then cancel the others and wait for them.

    A library may lose a cancellation that coincides with an answer or an error, and an endless job would then go on.
    So each job is cancelled again and again until it has ended, which a `TaskGroup` does not do.
    """
    tasks = [asyncio.create_task(job()) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        while pending := [task for task in tasks if not task.done()]:
            for task in pending:
                task.cancel()
            await asyncio.wait(pending, timeout=AGAIN_SECONDS)


async def repeat(
    step: Callable[[], Coroutine[Any, Any, object]], seconds: float, log: FilteringBoundLogger, failed: str
) -> None:
    """Call `step` for ever, each time after a pause. A failure ends nothing: the next call makes up for it."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await step()
        except Unavailable:
            continue
        except Exception:
            log.exception(failed)
