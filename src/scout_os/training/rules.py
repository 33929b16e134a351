"""Pure rules: passing, unlocking, stars and streaks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from scout_os.training.models import Level, LevelStatus


@dataclass(frozen=True, slots=True)
class Streak:
    """Days in a row with an attempt, as stored."""

    current: int
    longest: int
    last_day: date | None


def passes(level: Level, correct_answers: int) -> bool:
    """Whether this many right answers complete the level and pay its reward; fewer pay nothing."""
    return correct_answers >= level.min_correct


def level_status(level: Level, completed: Collection[str]) -> LevelStatus:
    """The status of `level` for a learner who completed the levels `completed`."""
    if level.id in completed:
        return "COMPLETED"
    if level.requires is None or level.requires in completed:
        return "UNLOCKED"
    return "LOCKED"


def stars(level: Level, correct_answers: int) -> int:
    """The stars of a best attempt: 0 not passed, 3 all right, 2 at least midway between passed and all right, else 1."""
    if not passes(level, correct_answers):
        return 0
    if correct_answers >= level.total_questions:
        return 3
    return 2 if 2 * correct_answers >= level.min_correct + level.total_questions else 1


def next_streak(streak: Streak, today: date) -> Streak:
    """The streak after an attempt on the learner's local day `today`.

    The same day changes nothing, except that a streak of 0 becomes 1. The next day adds one; a gap starts again at 1.
    A `today` before the last day (the learner flew west, or a clock went back) changes nothing.
    `award_sql.py` has the same rule in SQL; a test compares the two.
    """
    if streak.last_day is not None and today <= streak.last_day:
        current = max(streak.current, 1)
        last_day = streak.last_day
    else:
        follows = streak.last_day is not None and today - streak.last_day == timedelta(days=1)
        current = streak.current + 1 if follows else 1
        last_day = today
    return Streak(current, max(streak.longest, current), last_day)


def question_xp(xp_reward: int, total_questions: int, order: int) -> int:
    """The share of the reward shown beside question `order` (from 1); the shares add up to `xp_reward`."""
    share, rest = divmod(xp_reward, total_questions)
    return share + (1 if order <= rest else 0)
