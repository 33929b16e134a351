"""All SQL of reviews: traces from the ledger and graded attempts, and flags."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

from scout_os.core.postgres import Connection, Database, Record
from scout_os.reviews.models import Finding, Flag, Graded, Payment, Verdict
from scout_os.reviews.rules import ATTEMPTS_A_MINUTE, PAUSES_MISSED, SECONDS_A_QUESTION, XP_A_MINUTE

MOST_ROWS = 200_000
"""Ledger rows that one round reads, in 0.1 s of PostgreSQL's time. Above 2000 awards a second it misses some."""
MOST_LEARNERS = 1000
"""Learners that one round reviews."""
_FIRST_STEP = 1024

_FLAG = "id, user_id, kind, evidence, times, first_seen_at, last_seen_at, closed_at, closed_by, verdict, note"

# A rough filter: only learners who may have broken a rule are reviewed.
_LEARNERS_PAID = """
SELECT user_id FROM xp_ledger
 WHERE id > $1 AND created_at >= now() - $2::interval AND content_version IS NOT NULL
 GROUP BY user_id HAVING sum(amount) > $3 OR count(*) > $4
 LIMIT $5
"""
_PAYMENTS = """
SELECT user_id, coalesce(earned_at, created_at) AS at, created_at AS received_at, amount AS xp FROM xp_ledger
 WHERE id > $1 AND created_at >= now() - $2::interval AND content_version IS NOT NULL AND user_id = ANY ($3::bigint[])
 ORDER BY at, id
"""
_GRADED = """
SELECT user_id, issued_at, at, graded_at, correct_answers, passed
  FROM (SELECT *, coalesce(done_at, graded_at) AS at, count(*) OVER (PARTITION BY user_id) AS attempts
          FROM graded_attempts WHERE graded_at >= $1) g
 WHERE attempts > $2 OR (passed AND at - issued_at < make_interval(secs => $3 * correct_answers))
 ORDER BY at
 LIMIT $4
"""

# Locks the learners' rows: a deletion waits, and a deleted learner gets no flag. A finding that was judged before is not
# raised again.
_RAISE = """
WITH found AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::jsonb[], $4::timestamptz[]) AS f (user_id, kind, evidence, at)
), living AS (
    SELECT id FROM users WHERE id = ANY ($1::bigint[]) AND is_active ORDER BY id FOR KEY SHARE
)
INSERT INTO review_flags AS r (user_id, kind, evidence, first_seen_at, last_seen_at)
SELECT f.user_id, f.kind, f.evidence, f.at, f.at
  FROM found f JOIN living l ON l.id = f.user_id
 WHERE NOT EXISTS (SELECT FROM review_flags o WHERE o.user_id = f.user_id AND o.kind = f.kind AND o.last_seen_at >= f.at)
ON CONFLICT (user_id, kind) WHERE closed_at IS NULL DO UPDATE
   SET evidence = excluded.evidence, times = r.times + 1, last_seen_at = excluded.last_seen_at
"""

_FORGET = "DELETE FROM review_flags WHERE closed_at < now() - $1::interval"


class ReviewRepository:
    """Traces and flags. The methods that take a connection run in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        return self._database.transaction()

    async def list_flags(self, *, closed: bool, after: int, limit: int) -> list[Flag]:
        """Flags with ids above `after`, oldest first."""
        state = "IS NOT NULL" if closed else "IS NULL"
        sql = f"SELECT {_FLAG} FROM review_flags WHERE closed_at {state} AND id > $1 ORDER BY id LIMIT $2"
        return [_flag(row) for row in await self._database.fetch(sql, after, limit)]

    async def find_flag(self, flag_id: int) -> Flag | None:
        row = await self._database.fetchrow(f"SELECT {_FLAG} FROM review_flags WHERE id = $1", flag_id)
        return None if row is None else _flag(row)

    async def close(self, flag_id: int, *, verdict: Verdict, note: str | None, actor: str) -> Flag | None:
        """Close an open flag; None if no open flag has this id."""
        row = await self._database.fetchrow(
            f"""UPDATE review_flags SET closed_at = now(), closed_by = $2, verdict = $3, note = $4
                 WHERE id = $1 AND closed_at IS NULL RETURNING {_FLAG}""",
            flag_id,
            actor,
            verdict,
            note,
        )
        return None if row is None else _flag(row)

    async def count_open(self) -> int:
        count: int = await self._database.fetchval("SELECT count(*) FROM review_flags WHERE closed_at IS NULL")
        return count

    async def list_payments(self, connection: Connection, within: timedelta) -> Mapping[int, Sequence[Payment]]:
        """By learner: what levels paid in the last while, of learners whose payments may break a rule."""
        start = await _find_start(connection, within)
        rows = await connection.fetch(_LEARNERS_PAID, start, within, XP_A_MINUTE, PAUSES_MISSED, MOST_LEARNERS)
        learners = [row["user_id"] for row in rows]
        by_learner: dict[int, list[Payment]] = defaultdict(list)
        for row in await connection.fetch(_PAYMENTS, start, within, learners) if learners else ():
            by_learner[row["user_id"]].append(Payment(row["at"], row["received_at"], row["xp"]))
        return by_learner

    async def list_graded(self, connection: Connection, since: datetime) -> Mapping[int, Sequence[Graded]]:
        """By learner: attempts graded since `since` that may break a rule."""
        by_learner: dict[int, list[Graded]] = defaultdict(list)
        for row in await connection.fetch(_GRADED, since, ATTEMPTS_A_MINUTE, SECONDS_A_QUESTION, MOST_ROWS):
            by_learner[row["user_id"]].append(
                Graded(row["issued_at"], row["at"], row["graded_at"], row["correct_answers"], row["passed"])
            )
        return by_learner

    async def raise_flags(self, connection: Connection, findings: Sequence[tuple[int, Finding]]) -> None:
        """Flag each learner's findings; an open flag of the same kind is updated."""
        await connection.execute(
            _RAISE,
            [user_id for user_id, _ in findings],
            [finding.kind for _, finding in findings],
            [json.dumps(finding.evidence) for _, finding in findings],
            [finding.at for _, finding in findings],
        )

    async def forget_closed(self, connection: Connection, after: timedelta) -> None:
        await connection.execute(_FORGET, after)


async def _find_start(connection: Connection, within: timedelta) -> int:
    """An id below all ledger rows of the last while, found by growing steps: the ledger has no index by time."""
    since = await connection.fetchval("SELECT now() - $1::interval", within)
    highest: int = await connection.fetchval("SELECT max(id) FROM xp_ledger") or 0
    step = _FIRST_STEP
    while step < min(highest, MOST_ROWS):
        at = await connection.fetchval(
            "SELECT created_at FROM xp_ledger WHERE id <= $1 ORDER BY id DESC LIMIT 1", highest - step
        )
        if at is None or at < since:
            return highest - step
        step *= 4
    return max(0, highest - MOST_ROWS)


def _flag(row: Record) -> Flag:
    return Flag(**{**row, "evidence": json.loads(row["evidence"])})
