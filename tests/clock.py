"""A clock that tests set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)
"""Noon of 10 March in Jakarta."""


class MovableClock:
    """Stands still until told otherwise."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._now.timestamp()

    def move(self, **by: float) -> None:
        """Let so much time pass, given as the arguments of a `timedelta`."""
        self._now += timedelta(**by)

    def set(self, now: datetime) -> None:
        """Go to this instant."""
        self._now = now
