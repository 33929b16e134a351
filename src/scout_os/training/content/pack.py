"""A checked training pack as values: what its files say, in the order of the path, whatever order they came in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from scout_os.training.models import Payload


@dataclass(frozen=True)
class PackQuestion:
    """A question with its key in `payload`."""

    id: str
    order: int
    type: str
    question: str
    payload: Payload
    explanation: str


@dataclass(frozen=True)
class PackLevel:
    """A level; `requires` is the level that must be completed first, None: open from the start."""

    id: str
    level_number: int
    title: str
    title_en: str | None
    difficulty: str
    xp_reward: int
    min_correct: int
    requires: str | None
    questions: tuple[PackQuestion, ...]

    @property
    def unlock_rule(self) -> dict[str, Any]:
        """The rule as the pack and clients in the field write it."""
        if self.requires is None:
            return {"type": "start", "value": True}
        return {"type": "level_completed", "value": self.requires}

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over everything of the level and its questions.

        A change of what goes in raises the version of every level at the next load.
        """
        return _digest(asdict(self))


@dataclass(frozen=True)
class PackUnit:
    """A unit with its levels by number."""

    id: str
    order: int
    title: str
    title_en: str | None
    description: str | None
    description_en: str | None
    levels: tuple[PackLevel, ...]


@dataclass(frozen=True)
class PackSection:
    """A section with its units in order."""

    id: str
    order: int
    tier: str
    title: str
    title_en: str | None
    description: str | None
    description_en: str | None
    units: tuple[PackUnit, ...]


@dataclass(frozen=True)
class Pack:
    """All sections in order. Two directories that say the same give equal packs."""

    sections: tuple[PackSection, ...]

    @cached_property
    def hash(self) -> str:
        """SHA-256 over all content."""
        return _digest(asdict(self))

    def units(self) -> Iterator[tuple[PackSection, PackUnit]]:
        return ((section, unit) for section in self.sections for unit in section.units)

    def levels(self) -> Iterator[tuple[PackUnit, PackLevel]]:
        return ((unit, level) for _, unit in self.units() for level in unit.levels)

    def questions(self) -> Iterator[tuple[PackLevel, PackQuestion]]:
        return ((level, question) for _, level in self.levels() for question in level.questions)


def canonical_json(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, UTF-8 as it is."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _digest(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
