"""Training's SQL: reads progress and writes submissions. Content has a repository of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from asyncpg import Record

from scout_os.core.access_tokens import Verified
from scout_os.core.failpoints import hit
from scout_os.core.postgres import Connection, Database
from scout_os.core.problems import KeyReused, Unauthenticated
from scout_os.training.award_sql import AWARD, AWARD_ALONE, FIND_ANSWER, FORGET, LOCK_LEARNER
from scout_os.training.models import Best, Outcome, ScoreChange, Submission, Written
from scout_os.training.problems import AttemptUsed, LevelLocked
from scout_os.users.local_day import warn_of_zone


class TrainingRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_completed(self, user_ids: Collection[int]) -> dict[int, frozenset[str]]:
        """Ids of the levels that each learner completed, including retired ones."""
        # As arrays: a row for each level costs both sides more than what is in it.
        rows = await self._database.fetch(
            """SELECT user_id, array_agg(level_id) AS completed FROM user_progress
                WHERE user_id = ANY ($1::bigint[]) AND status = 'COMPLETED' GROUP BY user_id""",
            list(user_ids),
        )
        found = {row["user_id"]: frozenset(row["completed"]) for row in rows}
        return {user_id: found.get(user_id, frozenset()) for user_id in user_ids}

    async def list_bests(self, user_id: int) -> list[Best]:
        """The learner's best in each level ever tried, including retired ones; latest first."""
        rows = await self._database.fetch(
            """SELECT level_id, status = 'COMPLETED' AS is_completed, correct_answers, attempts, xp_earned,
                      greatest(created_at, completed_at) AS touched_at
                 FROM user_progress WHERE user_id = $1 ORDER BY touched_at DESC, level_id""",
            user_id,
        )
        return [Best(**row) for row in rows]

    async def find_answer(self, learner: Verified, key: str, fingerprint: bytes) -> bytes | None:
        """The first answer that the learner got under `key`; raises `KeyReused` if it was for another request."""
        row = await self._database.fetchrow(
            FIND_ANSWER, learner.user_id, key, learner.generation, learner.account_key, learner.token_id
        )
        if row is None:
            return None
        if row["fingerprint"] != fingerprint:
            raise KeyReused
        answer: bytes = row["answer"]
        return answer

    async def forget(self, before: datetime, limit: int) -> int:
        """Delete kept answers and graded attempts from before `before`, up to `limit` of each; returns the larger number.

        `before` must be so early that none of those attempts could be graded again.
        """
        async with self._database.connection() as connection:
            deleted = [await connection.execute(sql, before, limit) for sql in FORGET]
        return max(int(status.split()[-1]) for status in deleted)

    async def write(self, submissions: Sequence[Submission]) -> dict[int, Outcome]:
        """Write submissions of different learners in one commit; returns the outcomes by learner id.

        Left out are learners whose row is locked, who are gone or who logged out, and late attempts that may join days to
        a streak; `write_alone` waits for the row and says which it was. Raises `Unavailable` (the outcome is unknown) and
        PostgreSQL's own errors (nothing was written).
        """
        async with self._database.transaction() as connection:
            outcomes = await _write(connection, AWARD, submissions)
            hit("award_before_commit")
        return outcomes

    async def write_alone(self, submission: Submission) -> Outcome:
        """Write one submission; waits for the learner's row. Raises `Unauthenticated` if learner or token is gone."""
        async with self._database.transaction() as connection:
            if await connection.fetchval(LOCK_LEARNER, submission.user_id) is None:
                raise Unauthenticated
            outcomes = await _write(connection, AWARD_ALONE, [submission])
            hit("award_before_commit")
        if submission.user_id not in outcomes:
            raise Unauthenticated  # the learner is there; the token was logged out
        return outcomes[submission.user_id]


async def _write(connection: Connection, award: str, submissions: Sequence[Submission]) -> dict[int, Outcome]:
    hit("award_before_statement")
    rows = await connection.fetch(award, *award_parameters(submissions))
    by_learner = {submission.user_id: submission for submission in submissions}
    return {row["user_id"]: _outcome(by_learner[row["user_id"]], row) for row in rows}


def award_parameters(submissions: Sequence[Submission]) -> tuple[list[Any], ...]:
    """The parameters of `AWARD`: arrays with one element for each submission."""
    return (
        [submission.submission_id for submission in submissions],
        [submission.user_id for submission in submissions],
        [submission.level.id for submission in submissions],
        [submission.level.requires for submission in submissions],
        [submission.passed for submission in submissions],
        [submission.level.xp_reward for submission in submissions],
        [submission.level.content_version for submission in submissions],
        [submission.score for submission in submissions],
        [submission.correct_answers for submission in submissions],
        [submission.total_questions for submission in submissions],
        [submission.time_spent_seconds for submission in submissions],
        [submission.idempotency_key for submission in submissions],
        [submission.fingerprint for submission in submissions],
        [submission.answer_format for submission in submissions],
        [submission.at for submission in submissions],
        [submission.generation for submission in submissions],
        [submission.token_id for submission in submissions],
        [submission.issued and submission.issued.attempt_id for submission in submissions],
        [submission.issued and submission.issued.issued_at for submission in submissions],
        [submission.account_key for submission in submissions],
        [submission.done_at for submission in submissions],
    )


def _outcome(submission: Submission, row: Record) -> Outcome:
    if row["unknown_zone"] is not None:
        warn_of_zone(row["unknown_zone"])
    if row["is_kept"] and row["kept_fingerprint"] != submission.fingerprint:
        return KeyReused()
    if row["is_used"] and not row["is_kept"]:
        return AttemptUsed()
    if row["answer"] is None:
        return LevelLocked(f"Level {submission.level.id} is locked: complete {submission.level.requires} first.")
    # A change even if nothing was paid: the board must show the XP in this answer, and the process that paid it may
    # have died before it told the board.
    total_xp = row["total_xp"] if row["on_board"] and row["total_xp"] > 0 else None
    change = ScoreChange(submission.user_id, row["board_era"], total_xp, row["board_identity"])
    return Written(row["answer"], change=change, replayed=row["is_kept"])
