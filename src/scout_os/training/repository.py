"""Training's SQL: progress as read, and awards as written. Content has a repository of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from asyncpg import Record

from scout_os.core.failpoints import hit
from scout_os.core.postgres import Connection, Database
from scout_os.core.problems import Unauthenticated
from scout_os.training.award_sql import AWARD, FIND_ANSWER, FORGET_ANSWERS, KEEP_ANSWER
from scout_os.training.models import Attempt, Award, ScoreChange
from scout_os.training.problems import KeyReused, LevelLocked

Render = Callable[[Award], bytes]


class TrainingRepository:
    """Progress and awards of learners."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_completed(self, user_id: int) -> set[str]:
        """Ids of the levels that the learner completed, retired ones too."""
        rows = await self._database.fetch(
            "SELECT level_id FROM user_progress WHERE user_id = $1 AND status = 'COMPLETED'", user_id
        )
        return {row["level_id"] for row in rows}

    async def find_answer(self, user_id: int, key: str, fingerprint: bytes) -> bytes | None:
        """The answer that was first given under `key`. Raises `KeyReused` if that was for another request."""
        return _kept_answer(await self._database.fetchrow(FIND_ANSWER, user_id, key), fingerprint)

    async def forget_answers(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` kept answers first given before `before`; how many it were."""
        async with self._database.connection() as connection:
            done = await connection.execute(FORGET_ANSWERS, before, limit)
        return int(done.split()[-1])

    async def award(self, attempt: Attempt, render: Render) -> tuple[bytes, Award | None]:
        """Write one attempt and return its answer, with the award; None beside the answer of an earlier request.

        Raises `LevelLocked`, `Unauthenticated` (the user is gone), `KeyReused`, `Unavailable`. After `Unavailable` the
        outcome is unknown: the attempt may be committed, and only its idempotency key tells.
        """
        if attempt.idempotency_key is None:
            async with self._database.connection() as connection:
                award = await _award(connection, attempt)
            assert award is not None  # noqa: S101 - only a key can be taken already
            return render(award), award
        async with self._database.transaction() as connection:
            award = await _award(connection, attempt)
            user_id, key = attempt.user_id, attempt.idempotency_key
            if award is None:  # a twin with the same key was first, and has committed by now
                answer = _kept_answer(await connection.fetchrow(FIND_ANSWER, user_id, key), attempt.fingerprint)
                assert answer is not None  # noqa: S101 - claimed and answered in one transaction
                return answer, None
            answer = render(award)
            await connection.execute(KEEP_ANSWER, user_id, key, answer)
            hit("award_before_commit")
        return answer, award


async def _award(connection: Connection, attempt: Attempt) -> Award | None:
    level = attempt.level
    hit("award_before_statement")
    row = await connection.fetchrow(
        AWARD,
        [attempt.submission_id],
        [attempt.user_id],
        [level.id],
        [level.requires],
        [attempt.passed],
        [level.xp_reward],
        [level.content_version],
        [attempt.score],
        [attempt.correct_answers],
        [attempt.total_questions],
        [attempt.time_spent_seconds],
        [attempt.idempotency_key],
        [attempt.fingerprint],
        attempt.at,
    )
    assert row is not None  # noqa: S101 - one row for each submission
    if not row["is_active"]:
        raise Unauthenticated
    if not row["is_allowed"]:
        raise LevelLocked(f"Level {level.id} is locked: complete {level.requires} first.")
    return _to_award(attempt.user_id, row) if row["is_accepted"] else None


def _to_award(user_id: int, row: Record) -> Award:
    change = None
    if row["paid"]:
        total_xp = row["total_xp"] if row["on_board"] else None
        change = ScoreChange(user_id, row["board_era"], total_xp, row["board_identity"])
    return Award(
        completed=row["status"] == "COMPLETED",
        paid=row["paid"],
        total_xp=row["total_xp"],
        streak=row["streak"],
        longest_streak=row["longest_streak"],
        change=change,
    )


def _kept_answer(row: Record | None, fingerprint: bytes) -> bytes | None:
    if row is None:
        return None
    if row["fingerprint"] != fingerprint:
        raise KeyReused
    answer: bytes = row["answer"]
    return answer
