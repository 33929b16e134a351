"""The client's own models, made from answers as it makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.contract.wire import LEVEL_ID, QUESTION_ID, SECTION_ID, UNIT_ID, Fields, ParseError


@dataclass(frozen=True)
class Profile:
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
    last_active_date: str | None

    @classmethod
    def of(cls, data: Fields) -> Profile:
        return cls(
            id=data.integer("id"),
            name=data.text("name"),
            username=data.text("username"),
            picture_url=data.maybe_text("picture_url"),
            is_pro=data.maybe_truth("is_pro"),
            gugus_depan=data.maybe_text("gugus_depan"),
            total_xp=data.integer("total_xp"),
            streak=data.integer("streak"),
            longest_streak=data.integer("longest_streak"),
            hearts=data.integer("hearts"),
            max_hearts=data.integer("max_hearts"),
            last_active_date=data.maybe_text("last_active_date", r"\d{4}-\d\d-\d\d"),
        )


@dataclass(frozen=True)
class Section:
    """A card on the client's first page."""

    id: str
    title: str
    description: str | None
    tier: str
    order: int

    @classmethod
    def of(cls, fields: Fields) -> Section:
        fields.instant("created_at")
        if not fields.truth("is_active"):
            raise ParseError("an inactive section is shown")
        return cls(
            id=fields.text("id", SECTION_ID),
            title=fields.text("title"),
            description=fields.maybe_text("description"),
            tier=fields.text("tier"),
            order=fields.integer("order"),
        )


@dataclass(frozen=True)
class PathLevel:
    """A node of the path."""

    id: str
    title: str
    level_number: int
    difficulty: str
    xp_reward: int
    status: str

    @classmethod
    def of(cls, fields: Fields, unit_id: str) -> PathLevel:
        return cls(
            id=fields.text("level_id", rf"{unit_id}_l[0-9]+"),
            title=fields.text("title"),
            level_number=fields.integer("level_number"),
            difficulty=fields.text("difficulty"),
            xp_reward=fields.integer("xp_reward"),
            status=fields.status("status"),
        )


@dataclass(frozen=True)
class PathUnit:
    """A stretch of the path."""

    id: str
    title: str
    order: int
    levels: list[PathLevel]

    @classmethod
    def of(cls, fields: Fields, section_id: str) -> PathUnit:
        unit_id = fields.text("unit_id", rf"{section_id}_u[0-9]+")
        levels = [PathLevel.of(level, unit_id) for level in fields.children("levels")]
        return cls(unit_id, fields.text("unit_title"), fields.integer("order"), levels)


@dataclass(frozen=True)
class Path:
    """A section's path."""

    section_id: str
    title: str
    units: list[PathUnit]

    @classmethod
    def of(cls, fields: Fields) -> Path:
        section_id = fields.text("section_id", SECTION_ID)
        units = [PathUnit.of(unit, section_id) for unit in fields.children("units")]
        return cls(section_id, fields.text("section_title"), units)

    @property
    def levels(self) -> list[PathLevel]:
        return [level for unit in self.units for level in unit.levels]

    @property
    def statuses(self) -> dict[str, str]:
        return {level.id: level.status for level in self.levels}


@dataclass(frozen=True)
class Question:
    """A question as the client shows and grades it."""

    id: str
    level_id: str
    type: str
    question: str
    payload: dict[str, Any]
    xp: int
    order: int

    @classmethod
    def of(cls, fields: Fields) -> Question:
        return cls(
            id=fields.text("id", QUESTION_ID),
            level_id=fields.text("level_id", LEVEL_ID),
            type=fields.text("type"),
            question=fields.text("question"),
            payload=fields.child("payload").raw(),
            xp=fields.integer("xp"),
            order=fields.integer("order"),
        )


@dataclass(frozen=True)
class Outcome:
    """What a submit brought."""

    status: str
    xp_earned: int
    total_xp: int
    streak: int
    longest_streak: int
    next_level_id: str | None
    score: int
    correct_answers: int
    total_questions: int

    @classmethod
    def of(cls, fields: Fields, level_id: str) -> Outcome:
        if not fields.truth("success") or fields.text("level_id") != level_id:
            raise ParseError("not a success for this level")
        return cls(
            status=fields.status("status"),
            xp_earned=fields.integer("xp_earned"),
            total_xp=fields.integer("total_xp"),
            streak=fields.integer("streak"),
            longest_streak=fields.integer("longest_streak"),
            next_level_id=fields.maybe_text("next_level_id", LEVEL_ID),
            score=fields.integer("score"),
            correct_answers=fields.integer("correct_answers"),
            total_questions=fields.integer("total_questions"),
        )


@dataclass(frozen=True)
class Row:
    """A row of the leaderboard."""

    rank: int
    id: int
    name: str
    xp: int
    avatar: str | None
    level: str

    @classmethod
    def of(cls, fields: Fields) -> Row:
        return cls(
            rank=fields.integer("rank"),
            id=fields.integer("id"),
            name=fields.text("name"),
            xp=fields.integer("xp"),
            avatar=fields.maybe_text("avatar"),
            level=fields.text("level"),
        )


@dataclass(frozen=True)
class Board:
    """The leaderboard with the asker's own (rank, XP); None for nobody."""

    top_users: list[Row]
    my_rank: tuple[int, int] | None

    @classmethod
    def of(cls, data: Fields) -> Board:
        mine = data.maybe_child("my_rank")
        rows = [Row.of(row) for row in data.children("top_users")]
        return cls(rows, None if mine is None else (mine.integer("rank"), mine.integer("xp")))


def unit_fields(fields: Fields) -> str:
    """Checks a unit of the lists beside the path, and returns its id."""
    fields.instant("created_at")
    for name in ("order", "total_levels"):
        fields.integer(name)
    for name in ("title", "section_id"):
        fields.text(name)
    return fields.text("id", UNIT_ID)


def level_fields(fields: Fields) -> str:
    """Checks a level of the lists beside the path, and returns its id."""
    fields.instant("created_at")
    for name in ("level_number", "total_questions", "min_correct", "xp_reward"):
        fields.integer(name)
    for name in ("title", "difficulty", "unit_id"):
        fields.text(name)
    fields.child("unlock_rule").text("type", "start|level_completed")
    return fields.text("id", LEVEL_ID)
