"""Jobs that run side by side for as long as their owner does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeAlias

Job: TypeAlias = Callable[[], Coroutine[Any, Any, None]]

AGAIN_SECONDS = 1.0


async def run_together(jobs: Iterable[Job]) -> None:
    """Run until the first of them fails, or this call is cancelled; then the rest are cancelled and waited for.

    A cancellation that meets an answer or an error which comes at the same moment may be lost in a library, and a job that
    works for ever then goes on. So each is cancelled until it has ended, which a `TaskGroup` does not do.
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
