"""Jobs that run side by side."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from scout_os.core.jobs import run_together


async def forever() -> None:
    await asyncio.Event().wait()


async def test_a_job_that_loses_a_cancellation_is_cancelled_again() -> None:
    """Ending does not hang on a job that did not hear the first cancellation."""
    lost = 0

    async def deaf() -> None:
        nonlocal lost
        with suppress(asyncio.CancelledError):
            await forever()
        lost += 1
        await forever()

    together = asyncio.create_task(run_together([forever, deaf]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    together.cancel()
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await together
    assert lost == 1


async def test_the_first_failure_ends_all() -> None:
    """A job that fails ends the others, and its error is what the caller gets."""
    ended = 0

    async def fails() -> None:
        raise ValueError

    async def works() -> None:
        nonlocal ended
        try:
            await forever()
        finally:
            ended += 1

    with pytest.raises(ValueError):
        await run_together([works, fails, works])
    assert ended == 2
