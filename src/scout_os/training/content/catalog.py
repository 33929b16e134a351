"""The active content of PostgreSQL as one catalogue."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from scout_os.core.postgres import Database, Record
from scout_os.training.content import repository
from scout_os.training.models import Catalog, Level, Question, Section, Unit

Children = Mapping[str, Sequence[Record]]


async def load_catalog(database: Database) -> Catalog | None:
    """The active content, all of one version and in order; None if none was ever loaded."""
    content = await repository.find_content(database)
    if content is None:
        return None
    units = _by_parent("section_id", content.units)
    levels = _by_parent("unit_id", content.levels)
    questions = _by_parent("level_id", content.questions)
    sections = tuple(_section(row, units, levels, questions) for row in content.sections)
    return Catalog(content.version, sections)


async def find_version(database: Database) -> int | None:
    """The version of the content that is loaded; None if none was ever loaded."""
    return await repository.find_version(database)


def _by_parent(column: str, rows: Sequence[Record]) -> Children:
    children: defaultdict[str, list[Record]] = defaultdict(list)
    for row in rows:
        children[row[column]].append(row)
    return children


def _section(row: Record, units: Children, levels: Children, questions: Children) -> Section:
    return Section(
        id=row["id"],
        order=row["position"],
        tier=row["tier"],
        title=row["title"],
        title_en=row["title_en"],
        description=row["description"],
        description_en=row["description_en"],
        created_at=row["created_at"],
        units=tuple(_unit(unit, levels, questions) for unit in units.get(row["id"], ())),
    )


def _unit(row: Record, levels: Children, questions: Children) -> Unit:
    return Unit(
        id=row["id"],
        section_id=row["section_id"],
        order=row["position"],
        title=row["title"],
        title_en=row["title_en"],
        description=row["description"],
        description_en=row["description_en"],
        created_at=row["created_at"],
        levels=tuple(_level(level, questions) for level in levels.get(row["id"], ())),
    )


def _level(row: Record, questions: Children) -> Level:
    rule = json.loads(row["unlock_rule"])
    return Level(
        id=row["id"],
        unit_id=row["unit_id"],
        level_number=row["level_number"],
        title=row["title"],
        title_en=row["title_en"],
        difficulty=row["difficulty"],
        xp_reward=row["xp_reward"],
        min_correct=row["min_correct"],
        requires=rule["value"] if rule["type"] == "level_completed" else None,
        content_version=row["content_version"],
        created_at=row["created_at"],
        questions=tuple(_question(question) for question in questions.get(row["id"], ())),
    )


def _question(row: Record) -> Question:
    return Question(
        id=row["id"],
        level_id=row["level_id"],
        order=row["position"],
        type=row["type"],
        question=row["question"],
        payload=json.loads(row["payload"]),
        explanation=row["explanation"],
    )
