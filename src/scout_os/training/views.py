"""Content in its wire form, where that needs more than its own fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scout_os.training.issued_attempts import Started
from scout_os.training.models import Best, Level, LevelStatus, Payload, Question, Section, Unit
from scout_os.training.rules import question_xp, stars
from scout_os.training.schemas import AttemptOut, LevelBest, PathLevel, PathOut, PathUnit, QuestionOut


def question_out(level: Level, question: Question, payload: Payload) -> QuestionOut:
    return QuestionOut(
        id=question.id,
        level_id=level.id,
        type=question.type,
        question=question.question,
        payload=dict(payload),
        xp=question_xp(level.xp_reward, level.total_questions, question.order),
        order=question.order,
        created_at=level.created_at,
    )


def attempt_out(started: Started, payload: Callable[[Question], Payload]) -> AttemptOut:
    level = started.level
    return AttemptOut(
        attempt_id=started.token,
        level_id=level.id,
        expires_at=started.expires_at,
        questions=[question_out(level, question, payload(question)) for question in level.questions],
    )


def level_best(level: Level, best: Best) -> LevelBest:
    correct = min(best.correct_answers, level.total_questions)
    return LevelBest(
        stars=stars(level, correct),
        best_correct=correct,
        total_questions=level.total_questions,
        attempts=best.attempts,
        xp_earned=best.xp_earned,
    )


def path_out(section: Section, statuses: Mapping[str, LevelStatus]) -> PathOut:
    return PathOut(
        section_id=section.id,
        section_title=section.title,
        section_title_en=section.title_en,
        units=[_path_unit(unit, statuses) for unit in section.units],
    )


def _path_unit(unit: Unit, statuses: Mapping[str, LevelStatus]) -> PathUnit:
    return PathUnit(
        unit_id=unit.id,
        unit_title=unit.title,
        unit_title_en=unit.title_en,
        order=unit.order,
        levels=[
            PathLevel(
                level_id=level.id,
                title=level.title,
                title_en=level.title_en,
                level_number=level.level_number,
                difficulty=level.difficulty,
                xp_reward=level.xp_reward,
                status=statuses[level.id],
            )
            for level in unit.levels
        ],
    )
