"""What PostgreSQL says of itself: sums, single payment, amounts by content, nothing half done, nothing left waiting."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from chaos.check.invariants import Violation
from chaos.check.told import LedgerRow

ALWAYS = {
    "I1": """
        SELECT u.id, u.total_xp, coalesce(l.sum, 0) AS ledger
          FROM users u LEFT JOIN (SELECT user_id, sum(amount) AS sum FROM xp_ledger GROUP BY 1) l ON l.user_id = u.id
         WHERE u.total_xp <> coalesce(l.sum, 0)""",
    "I2": """
        SELECT user_id, lower(btrim(source)) AS source, count(*) FROM xp_ledger
         WHERE source LIKE 'level:%' GROUP BY 1, 2 HAVING count(*) > 1""",
    "I2b": """
        SELECT coalesce(l.user_id, p.user_id) AS user_id, l.source, l.amount, p.level_id, p.status, p.xp_earned
          FROM (SELECT x.* FROM xp_ledger x JOIN users u ON u.id = x.user_id
                 WHERE x.source LIKE 'level:%' AND u.is_active) l  -- a deleted learner's progress is gone
          FULL JOIN (SELECT * FROM user_progress WHERE status = 'COMPLETED' OR xp_earned <> 0) p
            ON p.user_id = l.user_id AND 'level:' || p.level_id = l.source
         WHERE (l.user_id IS NULL OR p.user_id IS NULL OR p.status <> 'COMPLETED' OR p.xp_earned <> l.amount)
           AND coalesce(l.user_id, p.user_id) NOT IN (SELECT id FROM users WHERE NOT is_active AND name = '')""",
    "I3": """
        SELECT l.user_id, l.source, l.amount, v.xp_reward
          FROM xp_ledger l LEFT JOIN level_versions v
            ON v.level_id = substr(l.source, 7) AND v.content_version = l.content_version
         WHERE l.source LIKE 'level:%' AND v.xp_reward IS DISTINCT FROM l.amount""",
    "I4": "SELECT id, total_xp FROM users WHERE total_xp < 0 OR total_xp >= 9007199254740992",
    "I7": "SELECT user_id, key FROM idempotency_keys WHERE answer IS NULL",
}
"""Violations by invariant; each must give no row, in any snapshot."""
OUTBOX = "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0) FROM board_outbox"
SHOWN_ROWS = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A learner's place as PostgreSQL says it."""

    user: int
    total: int
    rank: int


@dataclass(frozen=True, slots=True)
class Truth:
    """What the board must look like: everyone on it in order, and who must not be on it."""

    places: list[Place]
    absent: set[int]


async def connect(url: str) -> asyncpg.Connection[asyncpg.Record]:
    """A connection that cannot write, and never waits long."""
    return await asyncpg.connect(
        url, timeout=5, command_timeout=30, server_settings={"default_transaction_read_only": "on"}
    )


async def check_always(connection: asyncpg.Connection[asyncpg.Record]) -> list[Violation]:
    """I1 to I4 and I7, from one snapshot."""
    found = []
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for invariant, sql in ALWAYS.items():
            rows = await connection.fetch(sql)
            found += [Violation(invariant, str(dict(row))) for row in rows[:SHOWN_ROWS]]
            if len(rows) > SHOWN_ROWS:
                found.append(Violation(invariant, f"… and {len(rows) - SHOWN_ROWS} more"))
    return found


async def check_rest(connection: asyncpg.Connection[asyncpg.Record]) -> list[Violation]:
    """I17: nothing waits at rest."""
    row = await connection.fetchrow(OUTBOX)
    assert row is not None
    return [Violation("I17", f"{row[0]} outbox rows wait, the oldest for {row[1]:.1f} s")] if row[0] else []


async def read_ledger(connection: asyncpg.Connection[asyncpg.Record]) -> list[LedgerRow]:
    rows = await connection.fetch("SELECT id, user_id, source, amount FROM xp_ledger")
    return [LedgerRow(*row) for row in rows]


async def read_truth(connection: asyncpg.Connection[asyncpg.Record]) -> Truth:
    """Eligible learners in the board's order with their ranks, and everyone else."""
    eligible = "is_active AND NOT is_suspended AND NOT is_hidden AND total_xp > 0"
    rows = await connection.fetch(
        f"""
        SELECT id, total_xp, rank() OVER (ORDER BY total_xp DESC) FROM users WHERE {eligible}
         ORDER BY total_xp DESC, (id::text) COLLATE "C" DESC
        """
    )
    others = await connection.fetch(f"SELECT id FROM users WHERE NOT ({eligible})")
    return Truth([Place(*row) for row in rows], {row["id"] for row in others})
