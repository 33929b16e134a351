"""The one definition of a learner's local day. It is SQL, so that reads and awards cannot differ."""

from __future__ import annotations

from functools import lru_cache

import structlog

DEFAULT_TIMEZONE = "Asia/Jakarta"
MAX_LOGGED = 64

log = structlog.get_logger(__name__)


def zone_sql(zone: str) -> str:
    """The time zone in force where `zone` is stored: `DEFAULT_TIMEZONE` in place of a name that is not in `time_zones`.

    So no stored name can fail a statement. The default one costs no look-up.
    """
    return f"""CASE WHEN {zone} = '{DEFAULT_TIMEZONE}' THEN '{DEFAULT_TIMEZONE}'
                ELSE coalesce((SELECT z.name FROM time_zones z WHERE z.name = {zone}), '{DEFAULT_TIMEZONE}') END"""


def local_day_sql(at: str, zone: str) -> str:
    """The date at the instant `at` where the time zone `zone` is stored."""
    return f"({at} AT TIME ZONE {zone_sql(zone)})::date"


@lru_cache(maxsize=256)
def warn_of_zone(zone: str) -> None:
    """Log, once in a process, that a stored time zone is unknown and counts as the default one."""
    log.warning("time_zone_unknown", time_zone=zone[:MAX_LOGGED], used=DEFAULT_TIMEZONE)
