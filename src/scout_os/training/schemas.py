"""What travels: training answers are raw objects, without the envelope."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from scout_os.core.http import INT64_MAX, Body, WholeNumber
from scout_os.training.models import Grading, LevelStatus

Count = Annotated[WholeNumber, Field(ge=0, le=INT64_MAX)]
ShortText = Annotated[str, Field(max_length=200)]
AnswerText = Annotated[str, Field(max_length=2000)]


def _recorded(value: object) -> int | None:
    """A count that decides nothing must not cost a level: what is none is recorded as 0; null is as if it were not sent."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= INT64_MAX:
        return 0
    return int(value)


def _time(value: object) -> datetime | None:
    """A time with its offset from UTC; anything else is as if it were not sent."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if time is None or time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


Recorded = Annotated[int | None, PlainValidator(_recorded, json_schema_input_type=Any)]
AnswerBody = bool | AnswerText | list[AnswerText] | list[int] | dict[AnswerText, AnswerText] | None


class SubmitBody(Body):
    """A finished attempt. What is recorded only may hold anything: what is no count is recorded as 0."""

    level_id: ShortText
    score: Recorded = Field(None, description="As the client counts; recorded only.")
    total_questions: Recorded = Field(None, description="As the client counts; recorded only.")
    correct_answers: Count | None = Field(None, description="Needed unless `answers` are sent.")
    correct_question_ids: Annotated[list[ShortText], Field(max_length=1000)] | None = None
    time_spent_seconds: Annotated[
        int, PlainValidator(lambda value: _recorded(value) or 0, json_schema_input_type=Any)
    ] = Field(0, description="Recorded only.")
    answers: Annotated[dict[ShortText, AnswerBody], Field(max_length=1000)] | None = Field(
        None,
        description="Id of each question, or of the one shown instead → answer. The server grades them."
        " The client's counts are ignored.",
    )
    attempt_id: ShortText | None = Field(
        None, description="Of an attempt that was started here; graded once. Needed for `answers` under server grading."
    )
    done_at: Annotated[datetime | None, BeforeValidator(_time, json_schema_input_type=Any)] = Field(
        None,
        description="When the attempt was done, with the offset from UTC, as in `2026-12-01T18:30:00+07:00`. It counts between"
        " the time of `time_seal`, or of the start of the attempt, and the receipt, up to 72 hours ago.",
    )
    time_seal: Annotated[str | None, PlainValidator(_text, json_schema_input_type=Any)] = Field(
        None, description="The last `Time-Seal` header that the device had got when the attempt was done."
    )
    xp_earned: Any = Field(None, description="Sent by old clients; ignored.", deprecated=True)
    total_xp: Any = Field(None, description="Sent by old clients; ignored.", deprecated=True)


class QuestionResult(BaseModel):
    """The result of one question of a graded attempt."""

    question_id: str
    correct: bool
    explanation: str


class SubmitAnswer(BaseModel):
    """The result. `xp_earned` is what it paid: 0 for a failed attempt and for a level paid before."""

    success: bool = True
    level_id: str
    status: LevelStatus
    score: int
    correct_answers: int
    total_questions: int
    xp_earned: int
    total_xp: int
    streak: int
    longest_streak: int
    next_level_id: str | None = Field(description="The level that this completion unlocked.")
    counted_day: date | None = Field(None, description="The learner's local day; only if `done_at` was sent.")


class GradedSubmitAnswer(SubmitAnswer):
    """The same, with the verdict on each question, when `answers` were sent."""

    results: list[QuestionResult]


class Content(BaseModel):
    """Built from the content's own attributes."""

    model_config = ConfigDict(from_attributes=True)


class SectionOut(Content):
    id: str
    title: str
    title_en: str | None
    description: str | None
    description_en: str | None
    tier: str
    order: int
    is_active: bool = True
    created_at: datetime


class SectionList(BaseModel):
    total: int
    sections: list[SectionOut]


class UnitOut(Content):
    id: str
    section_id: str
    title: str
    title_en: str | None
    description: str | None
    description_en: str | None
    order: int
    total_levels: int
    is_active: bool = True
    created_at: datetime


class UnitList(BaseModel):
    total: int
    section_id: str
    units: list[UnitOut]


class LevelOut(Content):
    id: str
    unit_id: str
    title: str
    title_en: str | None
    level_number: int
    difficulty: str
    total_questions: int
    min_correct: int
    xp_reward: int
    unlock_rule: dict[str, Any]
    is_active: bool = True
    created_at: datetime


class LevelList(BaseModel):
    total: int
    unit_id: str
    levels: list[LevelOut]


class PathLevel(BaseModel):
    level_id: str
    title: str
    title_en: str | None
    level_number: int
    difficulty: str
    xp_reward: int
    status: LevelStatus


class PathUnit(BaseModel):
    unit_id: str
    unit_title: str
    unit_title_en: str | None
    order: int
    levels: list[PathLevel]


class PathOut(BaseModel):
    section_id: str
    section_title: str
    section_title_en: str | None
    units: list[PathUnit]


class QuestionOut(BaseModel):
    id: str
    level_id: str
    type: str
    question: str
    payload: dict[str, Any] = Field(description="With the key under client grading, without it under server grading.")
    xp: int = Field(description="The question's share of the level's reward, for show.")
    order: int
    is_active: bool = True
    created_at: datetime


class QuestionList(BaseModel):
    total: int
    level_id: str
    questions: list[QuestionOut]


class ContentQuestion(QuestionOut):
    """A question with its key and explanation, for devices that grade by themselves."""

    question_en: str | None = None
    explanation: str | None
    explanation_en: str | None = None
    media: dict[str, Any] | None = None


class ContentLevel(LevelOut):
    questions: list[ContentQuestion] | None = Field(description="Null where the service grades: start attempts.")


class ContentUnit(UnitOut):
    levels: list[ContentLevel]


class SectionContent(BaseModel):
    """A whole section, all that a device needs to show its path and to learn without a network."""

    section: SectionOut
    grading: Grading
    units: list[ContentUnit]


class AttemptBody(Body):
    """What the client can show."""

    kinds: Annotated[list[ShortText], Field(max_length=100)] | None = Field(
        None, description="Types of questions. Without them, only those that every installed client knows are asked."
    )


class AttemptQuestion(QuestionOut):
    """A question for clients that say what they can show."""

    question_en: str | None
    media: dict[str, Any] | None


class AttemptOut(BaseModel):
    """A started attempt: the questions as this learner sees them, without their keys."""

    attempt_id: str
    level_id: str
    expires_at: datetime
    questions: list[AttemptQuestion | QuestionOut]


class SectionAttempts(BaseModel):
    """A started attempt at each level of a section, in the order of the path."""

    section_id: str
    attempts: list[AttemptOut]


class LevelBest(BaseModel):
    completed: bool = Field(description="Stays true if the level becomes harder; then `stars` may be 0.")
    stars: int = Field(description="0 not passed, 1 passed, 2 well, 3 all right.")
    best_correct: int
    total_questions: int
    attempts: int
    xp_earned: int = Field(description="What this level paid.")


class ProgressLevels(BaseModel):
    success: bool = True
    section_id: str | None
    last_level_id: str | None = Field(description="The level that was last tried or passed for the first time.")
    levels: dict[str, LevelBest] = Field(description="By level id, for every active level ever tried.")


class ProgressState(BaseModel):
    success: bool = True
    section_id: str | None
    progress: dict[str, LevelStatus] = Field(description="Level id → status, for every active level.")
