"""Planted bugs at the stores: PostgreSQL or Redis away, hung, restored or ending a statement."""

from __future__ import annotations

from functools import partial

from chaos.plants.planting import Plant, in_python

_postgres = partial(in_python, "scout_os.core.postgres")
_redis_board = partial(in_python, "scout_os.leaderboard.redis.redis_board")

STORES = (
    Plant(
        "no-redis-timeout",
        "A Redis that hangs is waited for.",
        "redis-hung",
        _redis_board("RedisBoard._call", "call_redis(call, seconds)", "call_redis(call, None)"),
    ),
    Plant(
        "no-postgres-timeout",
        "A PostgreSQL that hangs is waited for, by statements and before the pool.",
        "postgres-hung",
        _postgres("CONNECT_SECONDS", "0.7", "120"),
        _postgres("COMMAND_SECONDS", "1.8", "120"),
        _postgres("POOL_WAIT_SECONDS", "2.0", "120.0"),
        _postgres("SESSION_SETTINGS", '"1500"', '"0"'),
    ),
    Plant(
        "connection-leak",
        "A connection whose user fails or is cancelled is never given back to the pool.",
        "everyday",
        _postgres(
            "Database._acquire",
            "async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection:",
            "for connection in [await self._pool.acquire(timeout=CONNECT_SECONDS)]:",
        ),
        _postgres("Database._acquire", "yield connection", "yield connection; await self._pool.release(connection)"),
    ),
    Plant(
        "readiness-by-redis",
        "A process is not ready while Redis is away.",
        "redis-down",
        in_python(
            "scout_os.app",
            "_health.readyz",
            'return JSONResponse({"status": "ok"})',
            """
                from scout_os.leaderboard.redis.redis_board import BoardAway
                try:
                    await services.board.count_members()
                except BoardAway:
                    raise Unavailable("Redis is away.") from None
                return JSONResponse({"status": "ok"})
            """,
        ),
    ),
    Plant(
        "delete-without-era",
        "A deleted learner's era is not raised, so nothing takes the place off the board.",
        "corrections",
        in_python("scout_os.moderation.repository", "_ERASE", ", board_era = board_era + 1", ""),
    ),
)
