"""Further promises: streaks by the learner's own days, honest refusals, answers in time, whole pages, one builder at a time.

What depends on the trouble there was is asked of histories that say so: an operation `promise` spans a time in which all was
`calm`, or only Redis (`redis`) or only PostgreSQL (`postgres`) failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import asyncpg

from chaos.check.history import Operation
from chaos.check.invariants import Violation
from chaos.check.truth import read_truth

ANSWER_SECONDS = 5.0
"""Nobody waits longer for an answer, whatever hangs: 3 s are promised, and the machine that tests is slow."""
FAILED_SHARE = 0.03
FAILED_LEAST = 3
"""So many submissions may fail without a reason before it counts: a crowded machine is an overload of its own."""
SHOWN = 5
REQUESTS = {"submit", "board", "standing", "profile", "ready"}

STREAKS = {
    "I18 an award on a day that is not the learner's own": """
        SELECT l.user_id, l.created_at, u.timezone FROM xp_ledger l JOIN users u ON u.id = l.user_id
         WHERE l.source LIKE 'level:%' AND u.is_active AND NOT EXISTS (
               SELECT FROM activity_days d WHERE d.user_id = u.id
                  AND d.day BETWEEN ((l.created_at - interval '15 s') AT TIME ZONE u.timezone)::date
                                AND (l.created_at AT TIME ZONE u.timezone)::date)""",
    "I18 a streak that the days do not bear out": """
        SELECT u.id, u.streak, u.last_active_date, d.last, d.run FROM users u JOIN (
               SELECT user_id, max(day) AS last, count(*) FILTER (WHERE day = latest - place) AS run
                 FROM (SELECT user_id, day, max(day) OVER own AS latest,
                              (row_number() OVER (own ORDER BY day DESC))::int - 1 AS place
                         FROM activity_days WINDOW own AS (PARTITION BY user_id)) days
                GROUP BY user_id) d ON d.user_id = u.id
         WHERE u.is_active AND (u.last_active_date <> d.last OR u.streak <> d.run)""",
}

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def check_more(connection: Connection, operations: Sequence[Operation]) -> list[Violation]:
    found = []
    for name, sql in STREAKS.items():
        invariant, what = name.split(" ", 1)
        rows = await connection.fetch(sql)
        found += [Violation(invariant, f"{what}: {dict(row)}") for row in rows[:SHOWN]]
    places = (await read_truth(connection)).places
    found += _pages(operations, [[place.user, place.rank, place.total] for place in places])
    found += _refusals(operations)
    for promise in operations:
        if promise.op == "promise":
            found += _promise(promise, operations)
    return found


def _pages(operations: Sequence[Operation], truth: list[list[int]]) -> Iterator[Violation]:
    """I15: the top of the board, where nothing changes in such a schedule, reads the same each time."""
    wrong = [
        op
        for op in operations
        if op.op == "top" and op.outcome == "ok" and not op.answer["stale"]
        if op.answer["rows"] != truth[: op.asked["limit"]]
    ]
    for op in wrong[:SHOWN]:
        rows, expected = op.answer["rows"], truth[: op.asked["limit"]]
        first = next((pair for pair in zip(rows, expected, strict=False) if pair[0] != pair[1]), None)
        yield Violation(
            "I15",
            f"a page ({op.answer['source']}) at {op.ended:.3f} has {len(rows)} of {len(expected)} rows; first wrong: {first}",
        )


def _refusals(operations: Sequence[Operation]) -> Iterator[Violation]:
    """What must be refused is; and no two processes rebuild at once (I16)."""
    for op in operations:
        if op.asked.get("refuse") and op.outcome == "ok":
            yield Violation("I0", f"user {op.asked['user']} was not refused: {op.asked['refuse']}")
        if op.op == "builders":
            yield Violation("I16", f"two rebuilds at once, begun {op.asked['apart']:.2f} s after each other")


def _promise(promise: Operation, operations: Sequence[Operation]) -> Iterator[Violation]:
    kind = promise.asked["kind"]
    inside = [op for op in operations if op.op in REQUESTS and promise.started <= op.started <= promise.ended]
    slow = [op for op in inside if op.ended - op.started > ANSWER_SECONDS]
    for op in slow[:SHOWN]:
        yield Violation("L0", f"{op.op} at {op.started:.3f} took {op.ended - op.started:.1f} s ({kind})")
    if kind == "postgres":
        return
    submits = [op for op in inside if op.op == "submit" and op.ended <= promise.ended]
    failed = [op for op in submits if op.outcome == "info"]
    if len(failed) > max(FAILED_LEAST, FAILED_SHARE * len(submits)):
        answers = {str(op.answer.get("status", op.answer.get("error"))) for op in failed}
        yield Violation("L2", f"{len(failed)} of {len(submits)} submissions failed ({kind}): {sorted(answers)}")
    unready = [op for op in inside if op.op == "ready" and op.answer.get("status") == 503]
    if unready:
        yield Violation("L2", f"a process said {len(unready)} times that it is not ready ({kind})")
