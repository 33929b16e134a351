"""The active content in PostgreSQL as one catalogue."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from scout_os.core.postgres import Database, Record
from scout_os.training.content import repository
from scout_os.training.models import Catalog, Level, Question, Section, Unit

Children = Mapping[str, Sequence[Record]]


async def load_catalog(database: Database) -> Catalog | None:
    """All active content of one version, in order; None if no pack was ever loaded."""
    content = await repository.find_content(database)
    if content is None:
        return None
    units = _by_parent("section_id", content.units)
    levels = _by_parent("unit_id", content.levels)
    questions = _by_parent("level_id", content.questions)
    sections = tuple(_section(row, units, levels, questions) for row in content.sections)
    return Catalog(content.version, sections)


def _by_parent(column: str, rows: Sequence[Record]) -> Children:
    children: defaultdict[str, list[Record]] = defaultdict(list)
    for row in rows:
        children[row[column]].append(row)
    return children


def _section(row: Record, units: Children, levels: Children, questions: Children) -> Section:
    return Section(**row, units=tuple(_unit(unit, levels, questions) for unit in units.get(row["id"], ())))


def _unit(row: Record, levels: Children, questions: Children) -> Unit:
    return Unit(**row, levels=tuple(_level(level, questions) for level in levels.get(row["id"], ())))


def _level(row: Record, questions: Children) -> Level:
    return Level(**row, questions=tuple(_question(question) for question in questions.get(row["id"], ())))


def _question(row: Record) -> Question:
    columns = {**row, "payload": json.loads(row["payload"])}
    del columns["level_id"]
    return Question(**columns)
