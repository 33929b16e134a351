"""Pure rules: passing, unlocking, late attempts, stars and shares of the reward.

The rule of streaks is SQL, in `award_sql.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from scout_os.training.models import Level, LevelStatus

LATEST = timedelta(hours=72)
"""An attempt that was done longer ago counts for the day on which it is received."""


def believed_done_at(done_at: datetime, known_at: datetime | None, received_at: datetime) -> datetime | None:
    """When an attempt was done, if that counts; None: when it was received.

    It must not be before `known_at`, the last of our times that the device had, so that a wrong clock gains nothing.
    """
    if known_at is None or not known_at <= done_at <= received_at or received_at - done_at > LATEST:
        return None
    return done_at


def passes(level: Level, correct_answers: int) -> bool:
    """Whether this many right answers complete the level and pay its reward; fewer pay nothing."""
    return correct_answers >= level.min_correct


def level_statuses(levels: Iterable[Level], completed: Collection[str]) -> list[LevelStatus]:
    """The status of each of `levels` for a learner who completed the levels `completed`."""
    return [
        "COMPLETED"
        if level.id in completed
        else "UNLOCKED"
        if level.requires is None or level.requires in completed
        else "LOCKED"
        for level in levels
    ]


def stars(level: Level, correct_answers: int) -> int:
    """The stars of a best attempt: 0 not passed, 3 all right, 2 at least midway between passed and all right, else 1."""
    if not passes(level, correct_answers):
        return 0
    if correct_answers >= level.total_questions:
        return 3
    return 2 if 2 * correct_answers >= level.min_correct + level.total_questions else 1


def question_xp(xp_reward: int, total_questions: int, order: int) -> int:
    """The share of the reward shown beside question `order` (from 1); the shares add up to `xp_reward`."""
    share, rest = divmod(xp_reward, total_questions)
    return share + (1 if order <= rest else 0)
