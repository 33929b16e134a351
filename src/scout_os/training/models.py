"""Training as values: content (sections, units, levels, questions), submissions and their outcomes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

from scout_os.core.problems import Problem

Grading = Literal["client", "server"]
"""Who has the keys and decides what is right, as `SCOUT_GRADING` says."""
Payload = Mapping[str, Any]
LevelStatus = Literal["LOCKED", "UNLOCKED", "COMPLETED"]
"""The only statuses that clients in the field know."""
OLD_KINDS = ("multiple_choice", "fill_blank", "word_bank", "matching")
"""Kinds of questions that every installed client can show."""


def unlock_rule(requires: str | None) -> dict[str, Any]:
    """When a level opens, as packs and clients in the field write it."""
    if requires is None:
        return {"type": "start", "value": True}
    return {"type": "level_completed", "value": requires}


@dataclass(frozen=True)
class Question:
    """One question with its key in `payload` (the shapes are those of `grading.py`)."""

    id: str
    order: int
    type: str
    question: str
    payload: Payload
    explanation: str
    question_en: str | None = None
    explanation_en: str | None = None
    media: Payload | None = None
    """As the pack has it, and with the `hash` of its file."""
    instead: Question | None = None
    """What clients get that cannot show this one: of an old kind, at the same place."""

    def shown_to(self, kinds: Collection[str] | None) -> Question:
        """The question for a client that can show `kinds` and media; None: for one that was installed before both."""
        if self.instead is None or (kinds is not None and self.type in kinds):
            return self
        return self.instead


@dataclass(frozen=True)
class Level:
    """A level pays `xp_reward` once to each learner who answers at least `min_correct` questions right."""

    id: str
    unit_id: str
    level_number: int
    title: str
    title_en: str | None
    difficulty: str
    xp_reward: int
    min_correct: int
    requires: str | None
    """The level that must be completed first; None: open from the start."""
    content_version: int
    created_at: datetime
    questions: tuple[Question, ...]

    @property
    def total_questions(self) -> int:
        return len(self.questions)

    @cached_property
    def question_by_id(self) -> dict[str, Question]:
        """Each question that may be answered: those asked instead too."""
        asked = [one for question in self.questions for one in (question, question.instead) if one is not None]
        return {question.id: question for question in asked}

    @property
    def unlock_rule(self) -> dict[str, Any]:
        return unlock_rule(self.requires)


@dataclass(frozen=True)
class Part:
    """What sections and units have in common, in a pack and in the catalogue."""

    id: str
    order: int
    title: str
    title_en: str | None
    description: str | None
    description_en: str | None


@dataclass(frozen=True)
class Unit(Part):
    """Levels that usually unlock one after the other."""

    section_id: str
    created_at: datetime
    levels: tuple[Level, ...]

    @property
    def total_levels(self) -> int:
        return len(self.levels)


@dataclass(frozen=True)
class Section(Part):
    """Units that learners may take in any order."""

    tier: str
    created_at: datetime
    units: tuple[Unit, ...]

    @property
    def levels(self) -> list[Level]:
        return [level for unit in self.units for level in unit.levels]


@dataclass(frozen=True)
class Rank:
    """What a learner with at least `from_xp` XP is called on the leaderboard."""

    name: str
    name_en: str | None
    from_xp: int


@dataclass(frozen=True)
class Catalog:
    """All active content of one version, in order. A load makes a new catalogue."""

    version: int
    sections: tuple[Section, ...] = field(default=())
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The drawings that questions show, by the SHA-256 of their bytes."""
    ranks: tuple[Rank, ...] = ()
    """Lowest first; none: the pack names none."""

    @cached_property
    def section_by_id(self) -> dict[str, Section]:
        return {section.id: section for section in self.sections}

    @cached_property
    def unit_by_id(self) -> dict[str, Unit]:
        return {unit.id: unit for section in self.sections for unit in section.units}

    @cached_property
    def level_by_id(self) -> dict[str, Level]:
        return {level.id: level for unit in self.unit_by_id.values() for level in unit.levels}

    @cached_property
    def unlocked_by(self) -> dict[str, str]:
        """Level id → the first level, in the order of the path, that its completion unlocks."""
        unlocked: dict[str, str] = {}
        for level in self.level_by_id.values():
            if level.requires is not None:
                unlocked.setdefault(level.requires, level.id)
        return unlocked


@dataclass(frozen=True, slots=True)
class IssuedAttempt:
    """An attempt that this service issued: the learner saw its questions without their keys."""

    attempt_id: UUID
    issued_at: datetime


@dataclass(slots=True)  # not frozen: that would cost each award a microsecond
class Submission:
    """A validated submission, judged and ready to be written."""

    submission_id: UUID
    at: datetime
    """When it was received."""
    user_id: int
    level: Level
    passed: bool
    correct_answers: int
    score: int
    total_questions: int
    time_spent_seconds: int
    idempotency_key: str | None
    fingerprint: bytes | None
    """The request that the key is bound to; None without a key."""
    answer_format: str
    """The answer, without what only PostgreSQL knows (see `judging.answer_format`)."""
    generation: int = 0
    account_key: UUID | None = None
    token_id: bytes = b""
    """Digest of the learner's token, which may be logged out before the submission is written."""
    issued: IssuedAttempt | None = None
    """The attempt that the answers belong to; it is graded once."""
    done_at: datetime | None = None
    """When the attempt was done, if that is believed and counts; None: when it was received."""


class ScoreChange(NamedTuple):
    """A learner's place on the board as its transaction saw it: a register (era, total)."""

    user_id: int
    era: int
    total_xp: int | None
    """None: not on the board."""
    identity: str
    """Identifies the database and its timeline."""


class Written(NamedTuple):
    """The result of a submission that was not refused."""

    answer: bytes
    """The answer's body."""
    replayed: bool = False
    """Nothing was written: `answer` is that of an earlier request with the same key."""
    change: ScoreChange | None = None
    """The learner's place on the board, consistent with the answer; None if it was not read."""


Outcome = Written | Problem


@dataclass(frozen=True, slots=True)
class Best:
    """A learner's best result in one level so far."""

    level_id: str
    is_completed: bool
    correct_answers: int
    attempts: int
    xp_earned: int
    touched_at: datetime
    """When the level was first passed, or else first tried."""


class BoardUpdates(Protocol):
    """Receives changes after their commit. Never raises, and returns within 50 ms."""

    async def update_scores(self, changes: Sequence[ScoreChange]) -> None:
        """Show the `changes` of one transaction on the board."""
