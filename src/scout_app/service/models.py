"""What the service says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self

Json = Mapping[str, Any]
Status = Literal["LOCKED", "UNLOCKED", "COMPLETED"]
Answer = str | bool | list[str] | dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Profile:
    """Oneself."""

    id: int
    name: str
    username: str
    picture_url: str | None
    total_xp: int
    streak: int
    longest_streak: int

    @classmethod
    def of(cls, data: Json) -> Self:
        return cls(
            id=int(data["id"]),
            name=data["name"],
            username=data.get("username") or "",
            picture_url=data.get("picture_url"),
            total_xp=data["total_xp"],
            streak=data["streak"],
            longest_streak=data["longest_streak"],
        )


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str
    title_en: str | None

    @classmethod
    def of(cls, data: Json) -> Self:
        return cls(data["id"], data["title"], data.get("title_en"))


@dataclass(frozen=True, slots=True)
class Level:
    """A level on the path, with what the learner reached in it."""

    id: str
    title: str
    title_en: str | None
    number: int
    difficulty: str
    xp_reward: int
    status: Status
    stars: int = 0

    @classmethod
    def of(cls, data: Json, best: Json | None) -> Self:
        return cls(
            id=data["level_id"],
            title=data["title"],
            title_en=data.get("title_en"),
            number=data["level_number"],
            difficulty=data["difficulty"],
            xp_reward=data["xp_reward"],
            status=data["status"],
            stars=best["stars"] if best else 0,
        )


@dataclass(frozen=True, slots=True)
class Goal:
    """What a level is called, and how many right answers pass it."""

    title: str
    title_en: str | None
    min_correct: int

    @classmethod
    def of(cls, data: Json) -> Self:
        return cls(data["title"], data["title_en"], data["min_correct"])


@dataclass(frozen=True, slots=True)
class Unit:
    id: str
    title: str
    title_en: str | None
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """One section's way."""

    section_id: str
    title: str
    title_en: str | None
    units: tuple[Unit, ...]

    @classmethod
    def of(cls, data: Json, bests: Json) -> Self:
        units = tuple(
            Unit(
                unit["unit_id"],
                unit["unit_title"],
                unit.get("unit_title_en"),
                tuple(Level.of(level, bests.get(level["level_id"])) for level in unit["levels"]),
            )
            for unit in data["units"]
        )
        return cls(data["section_id"], data["section_title"], data.get("section_title_en"), units)

    def find(self, level_id: str) -> Level | None:
        return next((level for unit in self.units for level in unit.levels if level.id == level_id), None)


@dataclass(frozen=True, slots=True)
class Question:
    """As shown: where the service sends a key along, it is not looked at."""

    id: str
    type: str
    text: str
    payload: Json

    @classmethod
    def of(cls, data: Json) -> Self:
        return cls(data["id"], data["type"], data["question"], data["payload"])

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "type": self.type, "question": self.text, "payload": dict(self.payload)}


@dataclass(frozen=True, slots=True)
class Verdict:
    question_id: str
    correct: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt brought. `status` is the level's, which a failed repetition leaves as it was."""

    level_id: str
    status: Status
    correct: int
    total: int
    xp_earned: int
    total_xp: int
    streak: int
    next_level_id: str | None
    verdicts: tuple[Verdict, ...]

    @classmethod
    def of(cls, data: Json) -> Self:
        verdicts = tuple(Verdict(r["question_id"], r["correct"], r["explanation"]) for r in data.get("results", ()))
        return cls(
            level_id=data["level_id"],
            status=data["status"],
            correct=data["correct_answers"],
            total=data["total_questions"],
            xp_earned=data["xp_earned"],
            total_xp=data["total_xp"],
            streak=data["streak"],
            next_level_id=data["next_level_id"],
            verdicts=verdicts,
        )

    def stars(self, min_correct: int) -> int:
        """Of this attempt alone, by the rule of those on the path; none: not passed."""
        if self.correct < min_correct:
            return 0
        if self.correct >= self.total:
            return 3
        return 2 if 2 * self.correct >= min_correct + self.total else 1


@dataclass(frozen=True, slots=True)
class Row:
    """One learner on the board."""

    rank: int
    id: int
    name: str
    xp: int
    avatar: str | None
    scout_rank: str

    @classmethod
    def of(cls, data: Json) -> Self:
        return cls(data["rank"], int(data["id"]), data["name"], data["xp"], data.get("avatar"), data["level"])


@dataclass(frozen=True, slots=True)
class Board:
    rows: tuple[Row, ...]
    my_rank: int | None
    my_xp: int
    fresh: bool
    """Ranked by the fast engine, and confirmed: nothing acknowledged is missing."""

    @classmethod
    def of(cls, data: Json, me: Json | None = None) -> Self:
        mine = (me or data).get("my_rank")
        return cls(
            rows=tuple(Row.of(row) for row in data["top_users"]),
            my_rank=mine["rank"] if mine else None,
            my_xp=mine["xp"] if mine else 0,
            fresh=data["meta"]["source"] == "redis" and not data["meta"]["stale"],
        )


@dataclass(frozen=True, slots=True)
class ScoutRank:
    name: str
    from_xp: int


@dataclass(frozen=True, slots=True)
class Month:
    """The active days of one month."""

    first: date
    today: date
    days: frozenset[date]

    @classmethod
    def of(cls, data: Json) -> Self:
        first = date.fromisoformat(f"{data['month']}-01")
        return cls(first, date.fromisoformat(data["today"]), frozenset(map(date.fromisoformat, data["days"])))
