"""The clock of a test installation: set in PostgreSQL, followed by every process, and fixed in production."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from scout_os.core.installation_clock import ClockFixed, InstallationClock
from scout_os.core.postgres import Database
from scout_os.core.problems import Invalid
from tests.clock import NOON, MovableClock
from tests.service import until

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def clock_of(database: Database, base: MovableClock, *, is_settable: bool = True) -> InstallationClock:
    """The clock as one process has it."""
    return InstallationClock(database, base, is_settable=is_settable)


@pytest.mark.slow
async def test_every_process_follows_and_time_passes_on(database: Database) -> None:
    """What one process sets, another follows without being told; then time passes as before, until it is reset."""
    base = MovableClock()
    ours, theirs = clock_of(database, base), clock_of(database, base)
    watching = asyncio.create_task(theirs.watch())

    async def follows() -> bool:
        return theirs.now() == ours.now()

    try:
        await ours.set(NEW_YEAR)
        assert ours.now() == NEW_YEAR
        await until(follows, seconds=2)
        base.move(minutes=5)
        assert ours.now() == theirs.now() == NEW_YEAR + timedelta(minutes=5)
        await ours.advance(timedelta(hours=-36))
        assert ours.now() == NEW_YEAR + timedelta(minutes=5, hours=-36)
        await until(follows, seconds=2)
        await ours.reset()
        assert ours.now() == base.now()
        await until(follows, seconds=2)
    finally:
        watching.cancel()


async def test_another_process_advances_what_was_set(database: Database) -> None:
    """An advance counts from the installation's time, also where this process had not heard of it yet."""
    base = MovableClock()
    await clock_of(database, base).set(NEW_YEAR)
    late = clock_of(database, base)
    await late.advance(timedelta(days=1))
    assert late.now() == NEW_YEAR + timedelta(days=1)


async def test_production_has_the_systems_time_alone(database: Database) -> None:
    """Where the clock is fixed nobody sets it, and what was set before is ignored."""
    base = MovableClock()
    await clock_of(database, base).set(NEW_YEAR)
    fixed = clock_of(database, base, is_settable=False)
    await fixed.refresh()
    await fixed.watch()
    assert fixed.now() == NOON
    for change in (fixed.set(NOON), fixed.advance(timedelta(days=1)), fixed.reset()):
        with pytest.raises(ClockFixed):
            await change


@pytest.mark.parametrize("by", [timedelta(days=999_999), timedelta(days=-999_999), timedelta(days=365 * 80)])
async def test_other_centuries_are_refused(database: Database, by: timedelta) -> None:
    """A time that dates cannot hold, or nobody means, is refused and changes nothing."""
    clock = clock_of(database, MovableClock())
    with pytest.raises(Invalid):
        await clock.advance(by)
    await clock.refresh()
    assert clock.ahead == timedelta(0)
