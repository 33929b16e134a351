"""The client's own models: a field that is missing or of another JSON type breaks the client, and so fails the test."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

SECTION = "[a-z]+"
UNIT = rf"{SECTION}_u[0-9]+"
LEVEL = rf"{UNIT}_l[0-9]+"
SectionId = Annotated[str, Field(pattern=f"^{SECTION}$")]
UnitId = Annotated[str, Field(pattern=f"^{UNIT}$")]
LevelId = Annotated[str, Field(pattern=f"^{LEVEL}$")]
QuestionId = Annotated[str, Field(pattern=f"^q_{LEVEL}_[0-9]{{2}}$")]
Status = Literal["LOCKED", "UNLOCKED", "COMPLETED"]
T = TypeVar("T")


class Model(BaseModel):
    """Strict: 5.0, "5" and true are no integers."""

    model_config = ConfigDict(strict=True)

    @classmethod
    def of(cls, answer: object) -> Self:
        """Raises where the client would throw."""
        return cls.model_validate_json(json.dumps(answer))


class Envelope(Model, Generic[T]):
    success: Literal[True]
    message: str
    timestamp: AwareDatetime
    data: T


class Session(Model):
    token_type: Annotated[str, Field(pattern="^(?i)bearer$")]
    access_token: Annotated[str, Field(pattern=r"^[\w-]+\.[\w-]+\.[\w-]+$")]


class Profile(Model):
    id: int
    name: str
    username: str | None = None
    picture_url: str | None = None
    is_pro: bool | None = None
    gugus_depan: str | None = None
    total_xp: int
    streak: int
    longest_streak: int
    hearts: int
    max_hearts: int
    last_active_date: date | None = None


class PublicProfile(Model):
    id: int
    full_name: str | None = None
    picture_url: str | None = None
    total_xp: int
    streak: int


class Hearts(Model):
    hearts: int
    max_hearts: int


class Section(Model):
    id: SectionId
    title: str
    description: str | None = None
    tier: str
    order: int
    is_active: bool
    created_at: AwareDatetime


class Sections(Model):
    sections: list[Section]
    total: int


class PathLevel(Model):
    level_id: LevelId
    title: str
    level_number: int
    difficulty: str
    xp_reward: int
    status: Status


class PathUnit(Model):
    unit_id: UnitId
    unit_title: str
    order: int
    levels: list[PathLevel]


class Path(Model):
    section_id: SectionId
    section_title: str
    units: list[PathUnit]

    @property
    def levels(self) -> list[PathLevel]:
        return [level for unit in self.units for level in unit.levels]

    @property
    def statuses(self) -> dict[str, str]:
        return {level.level_id: level.status for level in self.levels}


class Unit(Model):
    id: UnitId
    section_id: str
    title: str
    order: int
    total_levels: int
    created_at: AwareDatetime


class Units(Model):
    units: list[Unit]
    total: int


class Level(Model):
    id: LevelId
    unit_id: str
    title: str
    difficulty: str
    level_number: int
    total_questions: int
    min_correct: int
    xp_reward: int
    unlock_rule: dict[str, Any]
    created_at: AwareDatetime


class Levels(Model):
    levels: list[Level]
    total: int


class Question(Model):
    id: QuestionId
    level_id: LevelId
    type: str
    question: str
    payload: dict[str, Any]
    xp: int
    order: int


class Questions(Model):
    level_id: LevelId
    questions: list[Question]
    total: int


class Verdict(Model):
    question_id: QuestionId
    correct: bool
    explanation: str


class Outcome(Model):
    """What a submission brought."""

    success: Literal[True]
    level_id: LevelId
    status: Status
    xp_earned: int
    total_xp: int
    streak: int
    longest_streak: int
    next_level_id: LevelId | None = None
    score: int
    correct_answers: int
    total_questions: int
    results: list[Verdict] | None = None


class State(Model):
    success: Literal[True]
    section_id: str | None = None
    progress: dict[LevelId, Status]


class Row(Model):
    rank: int
    id: int
    name: str
    xp: int
    avatar: str | None = None
    level: str


class Place(Model):
    rank: int
    xp: int


class Board(Model):
    """The leaderboard with the asker's own place; None for a guest."""

    top_users: list[Row]
    my_rank: Place | None

    @property
    def mine(self) -> tuple[int, int] | None:
        return (self.my_rank.rank, self.my_rank.xp) if self.my_rank else None


class Rebuilt(Model):
    users_count: int
