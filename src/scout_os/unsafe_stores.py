"""Checks the stores at start: warns of, or refuses, settings of PostgreSQL and Redis that break our promises."""

from __future__ import annotations

from contextlib import suppress

import structlog

from scout_os.core.postgres import Database
from scout_os.core.problems import Problem, Unavailable
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard

DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""Otherwise a crash may lose acknowledged awards. (`synchronous_commit` may also be stricter, e.g. `remote_apply`.)"""


class UnsafeStores(Problem):
    """PostgreSQL may lose committed data; refused in production."""


log = structlog.get_logger(__name__)


async def refuse_unsafe_stores(database: Database) -> None:
    """Raise `UnsafeStores` if PostgreSQL runs without fsync. Does nothing while PostgreSQL is away."""
    with suppress(Unavailable):
        if await database.fetchval("SELECT current_setting('fsync')") == "off":
            raise UnsafeStores("PostgreSQL runs with fsync = off: refused in production")


async def warn_of_unsafe_stores(database: Database, board: RedisBoard) -> None:
    """Log a warning for each setting of PostgreSQL or Redis that breaks a promise. Never fails."""
    try:
        for name, wanted in DURABLE.items():
            found = await database.fetchval("SELECT current_setting($1)", name)
            if found == "off" or (name != "synchronous_commit" and found != wanted):
                log.warning("postgres_not_durable", setting=name, value=found, wanted=wanted)
    except Unavailable:
        return
    try:
        policy = await board.eviction_policy()
    except BoardAway:
        return
    if policy not in (None, "noeviction"):
        log.warning("redis_may_evict", policy=policy, wanted="noeviction")
