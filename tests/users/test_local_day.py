"""One local day for SQL and Python, in every time zone; a zone written by hand fails nothing."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scout_os.users.local_day import DEFAULT_TIMEZONE, local_day_sql, warn_of_zone
from tests.service import Truth
from tests.users.serving import Api

FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
AROUND = [timedelta(seconds=seconds) for seconds in (-7200, -3600, -1800, -1, 0, 1, 1800, 3600, 7200)]
RANDOM_INSTANTS = 300
BETWEEN_RELEASES = timedelta(days=730)
ALL_MIDNIGHTS = "SCOUT_TEST_ALL_MIDNIGHTS"
"""Set it to compare at both sides of each midnight of those years in each zone as well: millions of cases, in minutes."""
LOCAL_DAY = local_day_sql("at", "$2::text")
UNKNOWN = ["UTC+9", "Mars/Olympus", "WIT", "<+09>-9", "", "posixrules", "asia/jayapura", "x" * 5000]


@pytest.mark.slow
async def test_sql_and_python_agree_in_every_zone(owner: Truth, record_property: Callable[[str, object], None]) -> None:
    """In every time zone, around every change of its clocks and its midnights, and at random, it is the same day in both.

    PostgreSQL and Python each have their own release of the list of time zones. What governments decided in between, a few
    zones a year, only one of them knows: that cannot matter here, because SQL alone says what day it is.
    """
    zones = [row["name"] for row in await owner.fetch("SELECT name FROM time_zones")]
    assert {"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Pacific/Kiritimati", "America/Asuncion"} <= set(zones)
    assert len(zones) > 500
    compared, differing = 0, {}
    for name in zones:
        zone = ZoneInfo(name)
        instants = list(instants_of(zone))
        days = await owner.fetchval(
            f"SELECT array_agg({LOCAL_DAY} ORDER BY n) FROM unnest($1::timestamptz[]) WITH ORDINALITY t (at, n)",
            instants,
            name,
        )
        differ = [at for at, day in zip(instants, days, strict=True) if day != at.astimezone(zone).date()]
        if differ:
            differing[name] = min(differ)
        compared += len(instants)
    record_property("instants", compared)
    assert not {name for name, first in differing.items() if first < datetime.now(UTC) - BETWEEN_RELEASES}
    assert len(differing) <= len(zones) // 25
    assert compared > (1_000_000 if ALL_MIDNIGHTS in os.environ else 200_000)


@pytest.mark.parametrize("stored", UNKNOWN)
async def test_a_zone_written_by_hand_fails_nothing(
    api: Api, owner: Truth, stored: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Days count in Jakarta's time for submissions, hearts and profiles alike, and a log line says so, once."""
    warn_of_zone.cache_clear()
    learner = await api.register()
    await owner.execute("UPDATE users SET timezone = $1", stored)
    api.clock.move(hours=10)  # 22:00 in Jakarta, midnight in Jayapura
    me = (await api.http.get("/users/me", headers=learner.headers)).json()["data"]
    assert me["timezone"] == DEFAULT_TIMEZONE
    activity = (await api.http.get("/users/me/activity", headers=learner.headers)).json()["data"]
    assert activity["today"] == "2026-03-10"
    told = [record for record in caplog.records if "time_zone_unknown" in record.getMessage()]
    assert len(told) == 1


def instants_of(zone: ZoneInfo) -> Iterator[datetime]:
    """Around the zone's changes and the midnights beside them, and at random, which is the same in each run."""
    for change in changes_of(zone):
        midnight = change.astimezone(zone).replace(hour=0, minute=0, second=0, fold=0).astimezone(UTC)
        yield from (at + around for at in (change, midnight, midnight + DAY) for around in AROUND)
    draw = random.Random(zone.key)
    span = (LAST - FIRST).total_seconds()
    yield from (FIRST + timedelta(seconds=draw.uniform(0, span)) for _ in range(RANDOM_INSTANTS))
    local = date(2020, 1, 2)
    for number in range(4000 if ALL_MIDNIGHTS in os.environ else 60):
        day = local + number * (DAY if ALL_MIDNIGHTS in os.environ else 67 * DAY)
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
        yield from (midnight + timedelta(seconds=seconds) for seconds in (-1, 0))


def changes_of(zone: ZoneInfo) -> Iterator[datetime]:
    """The instants at which the zone's offset from UTC changes, to the second."""
    before = FIRST
    while before < LAST:
        after = before + 7 * DAY
        if offset(zone, before) != offset(zone, after):
            low, high = before, after
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
                low, high = (middle, high) if offset(zone, middle) == offset(zone, before) else (low, middle)
            yield high
        before = after


def offset(zone: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(zone).utcoffset()
