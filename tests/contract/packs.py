"""What a content pack says, read from its YAML without the service's own reader."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Lesson:
    """A level of the pack."""

    id: str
    section_id: str
    title: str
    level_number: int
    difficulty: str
    xp_reward: int
    min_correct: int
    questions: list[dict[str, Any]]
    opens: str | None
    """The next level of its unit."""


def read_lessons(directory: Path, *, newest: bool = False) -> list[Lesson]:
    """All levels, in the order of the path, with the questions that installed clients get, or the `newest`."""
    return [
        _lesson(section["id"], unit["levels"], place, newest=newest)
        for section in read_sections(directory)
        for unit in sorted(section["units"], key=lambda unit: unit["order"])
        for place in range(len(unit["levels"]))
    ]


def read_sections(directory: Path) -> list[dict[str, Any]]:
    """All sections as they are written, in order."""
    files = [path for path in directory.iterdir() if path.suffix in {".yaml", ".yml"} and path.stem != "pack"]
    sections: list[dict[str, Any]] = [yaml.safe_load(path.read_text("utf-8")) for path in files]
    return sorted(sections, key=lambda section: section["order"])


def _lesson(section_id: str, levels: list[dict[str, Any]], place: int, *, newest: bool) -> Lesson:
    level = levels[place]
    rule = {"type": "start", "value": True}
    if place:
        rule = {"type": "level_completed", "value": levels[place - 1]["id"]}
    assert level["unlock_rule"] == rule, f"{level['id']}: these tests expect each unit to be one chain of levels"
    return Lesson(
        id=level["id"],
        section_id=section_id,
        title=level["title"],
        level_number=level["level_number"],
        difficulty=level["difficulty"],
        xp_reward=level["xp_reward"],
        min_correct=level["min_correct"],
        questions=[
            question if newest else {"order": question["order"], **question.get("instead", question)}
            for question in sorted(level["questions"], key=lambda question: question["order"])
        ],
        opens=levels[place + 1]["id"] if place + 1 < len(levels) else None,
    )
