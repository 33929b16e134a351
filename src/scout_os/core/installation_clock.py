"""The clock of an installation. Testers may set it, except in production, and all processes follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog

from scout_os.core.clock import Clock
from scout_os.core.jobs import repeat
from scout_os.core.postgres import Database
from scout_os.core.problems import Forbidden, Invalid

REFRESH_SECONDS = 0.5
"""Every worker follows within this time."""
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_SET = "UPDATE installation_clock SET ahead = $1"

log = structlog.get_logger(__name__)


class ClockFixed(Forbidden):
    """The clock of a production service cannot be set."""

    code = "clock_fixed"
    detail = "The clock cannot be set in production."


class InstallationClock:
    """`base`, as far ahead as PostgreSQL says. Reading the time costs no query: `watch` asks PostgreSQL."""

    def __init__(self, database: Database, base: Clock, *, is_settable: bool) -> None:
        self._database = database
        self._base = base
        self._is_settable = is_settable
        self._ahead = timedelta(0)

    @property
    def ahead(self) -> timedelta:
        """How far the clock was put forward; negative if it was put back."""
        return self._ahead

    def now(self) -> datetime:
        return self._base.now() + self._ahead

    async def refresh(self) -> None:
        """Read how far ahead the clock is."""
        if self._is_settable:
            self._ahead = await self._database.fetchval("SELECT ahead FROM installation_clock")

    async def watch(self) -> None:
        """Follow the installation's clock for ever."""
        if self._is_settable:
            await repeat(self.refresh, REFRESH_SECONDS, log, "clock_not_refreshed")

    async def set(self, now: datetime) -> None:
        """Set it to `now`; time passes from there. Raises `ClockFixed` in production, `Invalid` outside this century."""
        await self._put(now - self._base.now())

    async def advance(self, by: timedelta) -> None:
        """Put the clock forward, or back; raises as `set` does."""
        await self.refresh()
        await self._put(self._ahead + by)

    async def reset(self) -> None:
        """Return to the system's time."""
        await self._put(timedelta(0))

    async def _put(self, ahead: timedelta) -> None:
        if not self._is_settable:
            raise ClockFixed
        if not EARLIEST - self._base.now() <= ahead < LATEST - self._base.now():
            raise Invalid(f"The clock can be set from {EARLIEST:%Y} to {LATEST:%Y} only.")
        async with self._database.connection() as connection:
            await connection.execute(_SET, ahead)
        await self.refresh()
