"""What an operator should hear about the stores at start: settings under which promises would not hold."""

from __future__ import annotations

from contextlib import suppress

import structlog

from scout_os.core.postgres import Database
from scout_os.core.problems import Problem, Unavailable
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard

DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""With less, an acknowledged award may be lost in a crash. (`remote_apply` and its like are more, not less.)"""


class UnsafeStores(Problem):
    """Production on a PostgreSQL that may lose what it acknowledged."""


log = structlog.get_logger(__name__)


async def refuse_unsafe_stores(database: Database) -> None:
    """Raise `UnsafeStores` if PostgreSQL does not write to disk what it commits; it cannot be asked while it is away."""
    with suppress(Unavailable):
        if await database.fetchval("SELECT current_setting('fsync')") == "off":
            raise UnsafeStores("PostgreSQL runs with fsync = off: refused in production")


async def warn_of_unsafe_stores(database: Database, board: RedisBoard) -> None:
    """Log a warning for each setting of PostgreSQL or Redis that weakens a promise. Never fails."""
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
