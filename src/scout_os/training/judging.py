"""Checks a submission against its level: plausible counts, or answers that the server grades."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from scout_os.training.grading import Answer, WrongShape, grade
from scout_os.training.models import Level, Question
from scout_os.training.problems import SubmissionInvalid
from scout_os.training.schemas import QuestionResult, SubmitBody

IGNORED = {"xp_earned", "total_xp", "time_seal"}
LATER = {"done_at"}
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""`json.dumps` would make an encoder for each call."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The right answers of a submission, and the figures that are only recorded."""

    correct_answers: int
    score: int
    total_questions: int
    results: list[QuestionResult] | None


def judge(level: Level, body: SubmitBody, *, answers_required: bool) -> Verdict:
    """The verdict on `body`; raises `SubmissionInvalid` where it contradicts `level`."""
    if body.answers is not None:
        return _graded(level, body, body.answers)
    if answers_required:
        raise SubmissionInvalid("answers are required: this service grades attempts itself.")
    return _counted(level, body)


def fingerprint(body: SubmitBody) -> bytes:
    """SHA-256 over the request; an idempotency key is bound to it.

    Of the fields that came after the first release only those that were sent are covered, so that a retry is the same
    request for a later release too. A seal may be a newer one.
    """
    said = body.model_dump(mode="json", exclude=IGNORED | (LATER - body.model_fields_set))
    return hashlib.sha256(_CANONICAL(said).encode()).digest()


def answer_format(level: Level, verdict: Verdict, next_level_id: str | None, *, with_day: bool = False) -> str:
    """The answer (`SubmitAnswer`, with results `GradedSubmitAnswer`) as a format for PostgreSQL's `format()`.

    PostgreSQL fills in, in this order: status, XP earned, total XP, streak, longest streak, the day it counts for.
    """
    parts = [
        '"success":true',
        f'"level_id":{_text(level.id)}',
        '"status":"%1$s"',
        f'"score":{verdict.score}',
        f'"correct_answers":{verdict.correct_answers}',
        f'"total_questions":{verdict.total_questions}',
        '"xp_earned":%2$s,"total_xp":%3$s,"streak":%4$s,"longest_streak":%5$s',
        f'"next_level_id":{_text(next_level_id)}',
    ]
    if with_day:
        parts.append('"counted_day":"%6$s"')
    if verdict.results is not None:
        parts.append(f'"results":{_text([result.model_dump() for result in verdict.results])}')
    return "{" + ",".join(parts) + "}"


def _text(value: object) -> str:
    """JSON with the signs escaped that `format()` would interpret."""
    return _COMPACT(value).replace("%", "%%")


def _counted(level: Level, body: SubmitBody) -> Verdict:
    if body.correct_answers is None:
        raise SubmissionInvalid("correct_answers is required unless answers are sent.")
    if body.correct_answers > level.total_questions:
        raise SubmissionInvalid(f"correct_answers: level {level.id} has {level.total_questions} questions only.")
    if body.correct_question_ids is not None:
        _check_question_ids(level, body.correct_question_ids, body.correct_answers)
    return _verdict(level, body, body.correct_answers, None)


def _check_question_ids(level: Level, question_ids: list[str], correct_answers: int) -> None:
    asked = [level.question_by_id.get(question_id) for question_id in question_ids]
    if None in asked:
        raise SubmissionInvalid(f"correct_question_ids: not all are questions of level {level.id}.")
    distinct = {question.order for question in asked if question is not None}
    if len(distinct) != len(question_ids) or len(distinct) != correct_answers:
        raise SubmissionInvalid("correct_question_ids: must name each right answer once, correct_answers of them.")


def _graded(level: Level, body: SubmitBody, answers: dict[str, Answer]) -> Verdict:
    asked = sorted((level.question_by_id[name] for name in answers.keys() & level.question_by_id.keys()), key=_order)
    if len(asked) != len(answers) or [_order(question) for question in asked] != [*map(_order, level.questions)]:
        raise SubmissionInvalid(
            f"answers: must hold an answer (or null) for each question of level {level.id}, no other."
        )
    try:
        results = [
            QuestionResult(
                question_id=question.id,
                correct=grade(question, answers[question.id]),
                explanation=question.explanation,
            )
            for question in asked
        ]
    except WrongShape as error:
        raise SubmissionInvalid(f"answers: {error}") from error
    correct = sum(result.correct for result in results)
    return _verdict(level, body, correct, results)


def _order(question: Question) -> int:
    return question.order


def _verdict(level: Level, body: SubmitBody, correct: int, results: list[QuestionResult] | None) -> Verdict:
    score = body.score if body.score is not None else correct
    total = body.total_questions if body.total_questions is not None else level.total_questions
    return Verdict(correct, score, total, results)
