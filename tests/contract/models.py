"""The client's own models: each field is read from the answer by the type that is declared here, as the client does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any, Self, get_args, get_origin, get_type_hints

from tests.contract.wire import LEVEL_ID, QUESTION_ID, SECTION_ID, STATUS, UNIT_ID, Fields

SectionId = Annotated[str, SECTION_ID]
UnitId = Annotated[str, UNIT_ID]
LevelId = Annotated[str, LEVEL_ID]
Status = Annotated[str, STATUS]
Day = Annotated[str, r"\d{4}-\d\d-\d\d"]


@dataclass(frozen=True)
class Model:
    """What all models share: how they are read."""

    @classmethod
    def of(cls, answer: Fields) -> Self:
        """Raises `ParseError` where the client would throw."""
        hints = get_type_hints(cls, include_extras=True)
        return cls(**{field.name: _read(answer, field.name, hints[field.name]) for field in fields(cls)})


def _read(answer: Fields, name: str, hint: Any) -> object:
    """A field of the declared type; one that may be None may also be missing."""
    if type(None) in get_args(hint):
        [hint] = [choice for choice in get_args(hint) if choice is not type(None)]
        if answer.raw().get(name) is None:
            return None
    if get_origin(hint) is Annotated:
        _, pattern = get_args(hint)
        return answer.text(name, pattern)
    if get_origin(hint) is list:
        [model] = get_args(hint)
        return [model.of(child) for child in answer.children(name)]
    if get_origin(hint) is dict:
        return answer.child(name).raw()
    readers: dict[type, Callable[[str], object]] = {int: answer.integer, bool: answer.truth, datetime: answer.instant}
    return readers.get(hint, answer.text)(name)


@dataclass(frozen=True)
class Profile(Model):
    """What GET /users/me says."""

    id: int
    name: str
    username: str
    picture_url: str | None
    is_pro: bool | None
    gugus_depan: str | None
    total_xp: int
    streak: int
    longest_streak: int
    hearts: int
    max_hearts: int
    last_active_date: Day | None


@dataclass(frozen=True)
class PublicProfile(Model):
    """What others see of a learner."""

    id: int
    full_name: str | None
    picture_url: str | None
    total_xp: int
    streak: int


@dataclass(frozen=True)
class Section(Model):
    """A card on the client's first page."""

    id: SectionId
    title: str
    description: str | None
    tier: str
    order: int
    is_active: bool
    created_at: datetime


@dataclass(frozen=True)
class PathLevel(Model):
    """A node of the path."""

    level_id: LevelId
    title: str
    level_number: int
    difficulty: str
    xp_reward: int
    status: Status


@dataclass(frozen=True)
class PathUnit(Model):
    """A stretch of the path."""

    unit_id: UnitId
    unit_title: str
    order: int
    levels: list[PathLevel]


@dataclass(frozen=True)
class Path(Model):
    """A section's path."""

    section_id: SectionId
    section_title: str
    units: list[PathUnit]

    @property
    def levels(self) -> list[PathLevel]:
        return [level for unit in self.units for level in unit.levels]

    @property
    def statuses(self) -> dict[str, str]:
        return {level.level_id: level.status for level in self.levels}


@dataclass(frozen=True)
class Unit(Model):
    """A unit of the lists beside the path."""

    id: UnitId
    section_id: str
    title: str
    order: int
    total_levels: int
    created_at: datetime


@dataclass(frozen=True)
class Level(Model):
    """A level of the lists beside the path."""

    id: LevelId
    unit_id: str
    title: str
    difficulty: str
    level_number: int
    total_questions: int
    min_correct: int
    xp_reward: int
    unlock_rule: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class Question(Model):
    """A question as the client shows and grades it."""

    id: Annotated[str, QUESTION_ID]
    level_id: LevelId
    type: str
    question: str
    payload: dict[str, Any]
    xp: int
    order: int


@dataclass(frozen=True)
class Outcome(Model):
    """What a submission brought."""

    success: bool
    level_id: LevelId
    status: Status
    xp_earned: int
    total_xp: int
    streak: int
    longest_streak: int
    next_level_id: LevelId | None
    score: int
    correct_answers: int
    total_questions: int


@dataclass(frozen=True)
class Row(Model):
    """A row of the leaderboard."""

    rank: int
    id: int
    name: str
    xp: int
    avatar: str | None
    level: str


@dataclass(frozen=True)
class Board:
    """The leaderboard with the asker's own (rank, XP); None for a guest."""

    top_users: list[Row]
    my_rank: tuple[int, int] | None

    @classmethod
    def of(cls, data: Fields) -> Board:
        mine = data.maybe_child("my_rank")
        rows = [Row.of(row) for row in data.children("top_users")]
        return cls(rows, None if mine is None else (mine.integer("rank"), mine.integer("xp")))
