"""Adds many learners for load tests, with a realistic spread of XP and a ledger that adds up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

import asyncpg

from scout_os.core.postgres import Database
from scout_os.core.problems import Problem

BATCH = 1000
"""With progress some 60,000 rows, written in a second or two."""
BATCH_SECONDS = 120
WRITERS = 2
"""Half of the work is checking foreign keys, which COPY would also do; only a second server process helps."""
ANALYZE_SECONDS = 600
LEVELS_A_DAY = 4
"""A learner has completed them on days in a row, ten minutes apart."""

_PATH = """
    path AS MATERIALIZED (
        SELECT l.id, l.xp_reward, l.content_version, count(q.id) AS total_questions,
               row_number() OVER way AS n, sum(l.xp_reward) OVER way AS upto
          FROM levels l JOIN units u ON u.id = l.unit_id JOIN sections s ON s.id = u.section_id
          JOIN questions q ON q.level_id = l.id AND q.is_active
         WHERE l.is_active AND u.is_active AND s.is_active
         GROUP BY l.id, u.position, s.position
        WINDOW way AS (ORDER BY s.position, u.position, l.level_number)
    ), picks AS MATERIALIZED (
        -- As in real life, most have completed little and a few everything, so many share a total. Half learned today.
        SELECT g, floor(power(random(), 3) * (SELECT count(*) + 1 FROM path))::int AS completed,
               (now() AT TIME ZONE 'Asia/Jakarta')::date - floor(greatest(random() - 0.5, 0) * 60)::int AS last_day
          FROM generate_series($1::int, $2::int) g
    ), learner AS (
        INSERT INTO users (username, name, total_xp, streak, longest_streak, last_active_date, created_at)
        SELECT 'bench-' || $3::text || '-' || g, 'Pandu ' || g, coalesce(p.upto, 0), d.days, d.days,
               CASE WHEN d.days > 0 THEN last_day END, (last_day - d.days)::timestamp AT TIME ZONE 'Asia/Jakarta'
          FROM picks LEFT JOIN path p ON p.n = picks.completed
         CROSS JOIN LATERAL (SELECT {days} AS days) d
        RETURNING id, total_xp, streak, last_active_date
    )
"""

_WITH_PROGRESS = f"""
WITH {_PATH.format(days=f"(completed + {LEVELS_A_DAY - 1}) / {LEVELS_A_DAY}")}, completed AS MATERIALIZED (
    SELECT a.id AS user_id, p.*,
           least(now(), (a.last_active_date - a.streak + 1 + ((p.n - 1) / {LEVELS_A_DAY})::int
                         + time '07:00' + interval '10 minutes' * (p.n % {LEVELS_A_DAY})) AT TIME ZONE 'Asia/Jakarta') AS at
      FROM learner a JOIN path p ON p.upto <= a.total_xp
), ledger AS (
    INSERT INTO xp_ledger (user_id, source, amount, content_version, submission_id, created_at)
    SELECT user_id, 'level:' || id, xp_reward, content_version, gen_random_uuid(), at FROM completed ORDER BY user_id
), progress AS (
    INSERT INTO user_progress (user_id, level_id, status, xp_earned, score, correct_answers, total_questions,
                               time_spent_seconds, created_at, completed_at)
    SELECT user_id, id, 'COMPLETED', xp_reward, total_questions, total_questions, total_questions, 0, at, at
      FROM completed ORDER BY user_id
), days AS (
    INSERT INTO activity_days (user_id, day)
    SELECT id, last_active_date - n FROM learner CROSS JOIN LATERAL generate_series(0, streak - 1) n
)
SELECT id FROM learner
"""

_TOTALS_ONLY = f"""
WITH {_PATH.format(days="0")}, ledger AS (
    INSERT INTO xp_ledger (user_id, source, amount, submission_id, actor, reason)
    SELECT a.id, 'correction:' || gen_random_uuid(), a.total_xp, gen_random_uuid(), 'bench', 'made for a load test'
      FROM learner a WHERE a.total_xp > 0
)
SELECT id FROM learner
"""


class NoContent(Problem):
    """There are no levels that the learners could have completed."""

    detail = "The database holds no content: start the service once, or run scout-os migrate."


async def populate(
    database: Database,
    count: int,
    *,
    with_progress: bool,
    keep: int = 0,
    progress: Callable[[int], None] = lambda _done: None,
) -> list[int]:
    """Add `count` learners and return the ids of `keep` of them. Each batch is one consistent transaction.

    `with_progress` writes a ledger row and a progress row for each completed level, and the days; otherwise each learner
    gets one ledger row. Rebuild the board afterwards: it is not told.
    """
    if not await database.fetchval("SELECT EXISTS (SELECT FROM levels WHERE is_active)"):
        raise NoContent
    tag = uuid4().hex[:8]
    statement = _WITH_PROGRESS if with_progress else _TOTALS_ONLY
    kept: list[int] = []
    firsts = iter(range(1, count + 1, BATCH))
    done = 0

    async def write() -> None:
        nonlocal done
        for first in firsts:  # shared by all writers: each takes the next free batch
            last = min(first + BATCH - 1, count)
            async with database.transaction() as connection:
                await connection.execute(f"SET LOCAL statement_timeout = '{BATCH_SECONDS}s'")
                rows = await connection.fetch(statement, first, last, tag, timeout=BATCH_SECONDS)
            kept.extend(row["id"] for row in rows[: keep - len(kept)])
            done += len(rows)
            progress(done)

    try:
        async with asyncio.TaskGroup() as writers:
            for _ in range(WRITERS):
                writers.create_task(write())
    except ExceptionGroup as group:
        raise group.exceptions[0] from None  # callers handle `Unavailable`, not groups
    return kept


async def gather_statistics(owner_url: str) -> None:
    """Update the planner's statistics now instead of waiting for autovacuum. Needs the tables' owner."""
    connection = await asyncpg.connect(owner_url, timeout=5, command_timeout=ANALYZE_SECONDS)
    try:
        await connection.execute("VACUUM (ANALYZE) users")  # clean pages let the board be counted from an index
        await connection.execute("ANALYZE xp_ledger, user_progress, activity_days")
    finally:
        await connection.close()
