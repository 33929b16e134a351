"""Content in its wire form, where that needs more than its own fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from scout_os.training.issued_attempts import Started
from scout_os.training.media import media_out, payload_out
from scout_os.training.models import Best, Grading, Level, Payload, Question, Section, Unit
from scout_os.training.rules import question_xp, stars
from scout_os.training.schemas import (
    AttemptOut,
    AttemptQuestion,
    Content,
    ContentLevel,
    ContentQuestion,
    ContentUnit,
    LevelBest,
    LevelOut,
    PathLevel,
    PathOut,
    PathUnit,
    ProgressState,
    QuestionList,
    QuestionOut,
    SectionContent,
    SectionOut,
    UnitOut,
)
from scout_os.training.status_answers import LOCKED, StatusAnswer


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


def question_list(level: Level, payload: Callable[[Question], Payload]) -> bytes:
    """A level's questions as every installed client can show them."""
    questions = [question_out(level, each, payload(each)) for each in (it.shown_to(None) for it in level.questions)]
    return QuestionList(total=len(questions), level_id=level.id, questions=questions).model_dump_json().encode()


def section_content(section: Section, grading: Grading, *, english: bool) -> SectionContent:
    """All of a section; without `english`, questions and explanations in Indonesian alone."""
    return SectionContent(
        section=SectionOut.model_validate(section),
        grading=grading,
        units=[
            ContentUnit(
                **_fields(UnitOut, unit), levels=[_content_level(level, grading, english) for level in unit.levels]
            )
            for unit in section.units
        ],
    )


def _content_level(level: Level, grading: Grading, english: bool) -> ContentLevel:
    questions = [_content_question(level, it, english) for it in level.questions] if grading == "client" else None
    return ContentLevel(**_fields(LevelOut, level), questions=questions)


def _content_question(level: Level, question: Question, english: bool) -> ContentQuestion:
    return ContentQuestion(
        **dict(question_out(level, question, payload_out(question.payload, with_key=True))),
        question_en=question.question_en if english else None,
        explanation=question.explanation or None,
        explanation_en=question.explanation_en if english else None,
        media=media_out(question.media, with_key=True),
    )


def _fields(schema: type[Content], item: object) -> dict[str, Any]:
    return dict(schema.model_validate(item))


def attempt_out(started: Started, payload: Callable[[Question], Payload], kinds: Collection[str] | None) -> AttemptOut:
    """The attempt for a client that can show `kinds` and media; None: for one that was installed before both."""
    level = started.level
    shown = [question.shown_to(kinds) for question in level.questions]
    questions = [question_out(level, question, payload(question)) for question in shown]
    if kinds is not None:
        questions = [
            AttemptQuestion(
                **dict(out), question_en=question.question_en, media=media_out(question.media, with_key=False)
            )
            for out, question in zip(questions, shown, strict=True)
        ]
    return AttemptOut(
        attempt_id=started.token,
        level_id=level.id,
        expires_at=started.expires_at,
        questions=questions,
    )


def level_best(level: Level, best: Best) -> LevelBest:
    correct = min(best.correct_answers, level.total_questions)
    return LevelBest(
        completed=best.is_completed,
        stars=stars(level, correct),
        best_correct=correct,
        total_questions=level.total_questions,
        attempts=best.attempts,
        xp_earned=best.xp_earned,
    )


def path_of(section: Section) -> StatusAnswer:
    """A section's path, whose statuses are still to be filled in."""
    locked = PathOut(
        section_id=section.id,
        section_title=section.title,
        section_title_en=section.title_en,
        units=[_path_unit(unit) for unit in section.units],
    )
    return StatusAnswer(section.levels, locked.model_dump_json().encode(), b'"status":')


def state_of(section_id: str | None, levels: Sequence[Level]) -> StatusAnswer:
    """The state of `levels`, which are a section's or all, whose statuses are still to be filled in."""
    locked = ProgressState(section_id=section_id, progress={level.id: LOCKED for level in levels})
    return StatusAnswer(levels, locked.model_dump_json().encode(), b":")  # ids are lower case


def _path_unit(unit: Unit) -> PathUnit:
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
                status=LOCKED,
            )
            for level in unit.levels
        ],
    )
