"""A checked training pack as values, in the order of the path, whatever the order of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from scout_os.training.models import Part, Question, Rank

LATER = {"question_en", "explanation_en", "media", "instead"}


@dataclass(frozen=True)
class PackLevel:
    """A level. `requires` names the level to complete first; None: open from the start."""

    id: str
    level_number: int
    title: str
    title_en: str | None
    difficulty: str
    xp_reward: int
    min_correct: int
    requires: str | None
    questions: tuple[Question, ...]

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over all fields of the level and its questions.

        A change to these fields raises the version of every level at the next load.
        """
        return _digest(_said(self))


@dataclass(frozen=True)
class PackUnit(Part):
    levels: tuple[PackLevel, ...]


@dataclass(frozen=True)
class PackSection(Part):
    tier: str
    units: tuple[PackUnit, ...]


@dataclass(frozen=True)
class Pack:
    """All sections in order. Directories with the same content give equal packs."""

    sections: tuple[PackSection, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The drawings that questions show, by the SHA-256 of their bytes."""
    ranks: tuple[Rank, ...] = ()
    """Lowest first; none: the default ones."""

    @cached_property
    def hash(self) -> str:
        sections = {"sections": [_said(section) for section in self.sections]}
        return _digest(sections | {"ranks": [vars(rank) for rank in self.ranks]} if self.ranks else sections)

    def units(self) -> Iterator[tuple[PackSection, PackUnit]]:
        return ((section, unit) for section in self.sections for unit in section.units)

    def levels(self) -> Iterator[tuple[PackUnit, PackLevel]]:
        return ((unit, level) for _, unit in self.units() for level in unit.levels)

    def questions(self) -> Iterator[tuple[PackLevel, Question]]:
        return ((level, question) for _, level in self.levels() for question in level.questions)


def _said(part: PackSection | PackLevel) -> dict[str, Any]:
    """All fields, but those of questions that came after the first release only where they say something.

    So what an earlier release loaded stays the same content.
    """
    return asdict(
        part, dict_factory=lambda fields: {name: it for name, it in fields if it is not None or name not in LATER}
    )


def canonical_json(value: Any) -> str:
    """The same text for equal values: sorted keys, no spaces, unescaped UTF-8."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _digest(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
