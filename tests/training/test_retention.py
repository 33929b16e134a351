"""Kept answers live for 15 days, not for ever."""

from __future__ import annotations

from datetime import timedelta

from scout_os.core.clock import SystemClock
from scout_os.core.postgres import Database
from scout_os.training.repository import TrainingRepository
from scout_os.training.retention import KEEP, AnswerRetention
from tests.service import Truth, add_learners


async def test_old_answers_are_forgotten_and_younger_ones_kept(database: Database, owner: Truth) -> None:
    """A retry within the promised 14 days finds its answer; what is older than the retention goes, graded attempts likewise."""
    [learner] = await add_learners(owner, 1)
    ages = {"old": KEEP + timedelta(minutes=1), "day": timedelta(days=14), "new": timedelta(0)}
    rows = [(learner, key, age) for key, age in ages.items()]
    await owner.executemany(
        """
        INSERT INTO idempotency_keys (user_id, key, fingerprint, answer, created_at)
        VALUES ($1, $2, 'f', 'a', now() - $3::interval)
        """,
        rows,
    )
    await owner.executemany(
        """
        INSERT INTO graded_attempts (user_id, attempt_id, level_id, issued_at, graded_at, correct_answers, passed)
        VALUES ($1, gen_random_uuid(), $2, now() - $3::interval, now() - $3::interval, 0, false)
        """,
        rows,
    )
    retention = AnswerRetention(repository=TrainingRepository(database), clock=SystemClock())
    assert await retention.forget() == 1
    assert {row["key"] for row in await owner.fetch("SELECT key FROM idempotency_keys")} == {"day", "new"}
    assert {row["level_id"] for row in await owner.fetch("SELECT level_id FROM graded_attempts")} == {"day", "new"}
