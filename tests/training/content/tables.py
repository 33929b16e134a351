"""Whole tables as values, to show what a load left alone."""

from __future__ import annotations

from typing import Any, TypeAlias

import asyncpg

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
CONTENT = ("content_state", "sections", "units", "levels", "level_versions", "questions")
LEARNERS = ("users", "user_progress", "xp_ledger")


async def rows_of(owner: Owner, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables with the transactions that wrote them: equal only if nothing was even rewritten."""
    return {table: [tuple(row) for row in await owner.fetch(_all(table))] for table in tables}


async def add_learner(owner: Owner, level_id: str) -> None:
    """A learner who has completed the level."""
    user_id = await owner.fetchval("INSERT INTO users (name, total_xp) VALUES ('Ani', 10) RETURNING id")
    await owner.execute(
        """
        INSERT INTO user_progress
               (user_id, level_id, status, xp_earned, score, correct_answers, total_questions, time_spent_seconds)
        VALUES ($1, $2, 'COMPLETED', 10, 3, 3, 3, 0)
        """,
        user_id,
        level_id,
    )
    await owner.execute(
        """
        INSERT INTO xp_ledger (user_id, source, amount, content_version, submission_id)
        VALUES ($1, 'level:' || $2, 10, 1, gen_random_uuid())
        """,
        user_id,
        level_id,
    )


async def later_versions(owner: Owner) -> dict[str, int]:
    """The content version of each level that is not at its first."""
    rows = await owner.fetch("SELECT id, content_version FROM levels WHERE content_version <> 1")
    return {row["id"]: row["content_version"] for row in rows}


async def retired_in(owner: Owner, table: str) -> set[str]:
    """Ids of the rows that are not active."""
    return {row["id"] for row in await owner.fetch(f"SELECT id FROM {table} WHERE NOT is_active")}


def _all(table: str) -> str:
    return f"SELECT t.xmin::text AS xmin, t.* FROM {table} t ORDER BY t::text"
