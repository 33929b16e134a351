"""A section's file as values: section, units, levels, questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import yaml

from scout_os.training.content.fields import Fields
from scout_os.training.content.issues import Place, shown
from scout_os.training.content.outline import (
    LEVEL,
    SECTION,
    UNIT,
    Outline,
    UnlockRule,
    check_orders,
    place_of,
)
from scout_os.training.content.pack import PackLevel, PackSection, PackUnit
from scout_os.training.content.questions import read_question
from scout_os.training.content.ranks import FILE
from scout_os.training.content.source import Source
from scout_os.training.grading import grade
from scout_os.training.models import Question

TIERS = ("free", "premium")
DIFFICULTIES = ("very_easy", "easy", "medium", "hard")
MAX_REWARD = 100
RULE_TYPES = ("start", "level_completed")


def read_section(root: yaml.MappingNode, source: Source, outline: Outline) -> tuple[PackSection, Place]:
    """The section, and the place of its order."""
    fields = Fields(
        root,
        "section",
        source,
        required=("id", "order", "tier", "title", "units"),
        optional=("title_en", "description", "description_en"),
    )
    section_id = outline.read_id(fields, SECTION)
    if section_id == FILE:
        source.note(fields.find("id") or root, f"id: {FILE} is the name of the pack's own file")
    units = [_read_unit(node, section_id, source, outline) for node in fields.children("units")]
    check_orders([(unit.order, place) for unit, place in units], "order", source.report)
    section = PackSection(
        id=section_id,
        order=fields.whole("order"),
        tier=fields.choice("tier", TIERS),
        title=fields.line("title"),
        title_en=fields.line("title_en") or None,
        description=fields.prose("description") or None,
        description_en=fields.prose("description_en") or None,
        units=tuple(sorted((unit for unit, _ in units), key=lambda unit: unit.order)),
    )
    return section, place_of(fields, "order")


def _read_unit(node: yaml.Node, section_id: str, source: Source, outline: Outline) -> tuple[PackUnit, Place]:
    fields = Fields(
        node,
        "unit",
        source,
        required=("id", "order", "title", "levels"),
        optional=("title_en", "description", "description_en"),
    )
    unit_id = outline.read_id(fields, UNIT, section_id)
    levels = [_read_level(entry, unit_id, source, outline) for entry in fields.children("levels")]
    check_orders([(level.level_number, place) for level, place in levels], "level_number", source.report)
    unit = PackUnit(
        id=unit_id,
        order=fields.whole("order"),
        title=fields.line("title"),
        title_en=fields.line("title_en") or None,
        description=fields.prose("description") or None,
        description_en=fields.prose("description_en") or None,
        levels=tuple(sorted((level for level, _ in levels), key=lambda level: level.level_number)),
    )
    return unit, place_of(fields, "order")


def _read_level(node: yaml.Node, unit_id: str, source: Source, outline: Outline) -> tuple[PackLevel, Place]:
    fields = Fields(
        node,
        "level",
        source,
        required=(
            "id",
            "level_number",
            "title",
            "difficulty",
            "xp_reward",
            "min_correct",
            "unlock_rule",
            "questions",
        ),
        optional=("title_en",),
    )
    level_id = outline.read_id(fields, LEVEL, unit_id)
    entries = fields.children("questions")
    questions = [read_question(entry, level_id, source, outline) for entry in entries]
    check_orders([(question.order, place) for question, place in questions], "order", source.report)
    _note_ambiguous_typos(questions, source)
    number = fields.whole("level_number")
    level = PackLevel(
        id=level_id,
        level_number=number,
        title=fields.line("title"),
        title_en=fields.line("title_en") or None,
        difficulty=fields.choice("difficulty", DIFFICULTIES),
        xp_reward=fields.whole("xp_reward", 1, MAX_REWARD),
        min_correct=fields.whole("min_correct", 1, len(entries)) if entries else 0,
        requires=_read_unlock_rule(fields, level_id, number, outline),
        questions=tuple(sorted((question for question, _ in questions), key=lambda question: question.order)),
    )
    return level, place_of(fields, "level_number")


def _note_ambiguous_typos(questions: list[tuple[Question, Place]], source: Source) -> None:
    """Note where another answer or option of the level would pass as a typo of the right answer."""
    for question, place in questions:
        if not question.payload.get("allow_typo"):
            continue
        strict = replace(question, payload={**question.payload, "allow_typo": False})
        others = {text for other, _ in questions if other is not question for text in _texts(other.payload)}
        for text in sorted(others):
            if grade(question, text) and not grade(strict, text):
                source.report.add(place, f"allow_typo: {shown(text)}, another answer of this level, would be right too")


def _texts(value: Any) -> Iterator[str]:
    """Every text inside a payload."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _read_unlock_rule(level: Fields, level_id: str, number: int, outline: Outline) -> str | None:
    node = level.find("unlock_rule")
    if node is None:
        return None
    fields = Fields(node, "unlock_rule", level.source, required=("type", "value"))
    value = fields.find("value")
    match fields.choice("type", RULE_TYPES):
        case "start":
            if not fields.truth("value") and value is not None and value.value == "false":
                level.source.note(value, "unlock_rule: the value of a start rule is true")
        case "level_completed":
            if number == 1:
                level.source.note(node, "unlock_rule: level 1 of a unit must be start")
            requires = fields.word("value")
            if requires:
                outline.add_rule(UnlockRule(level_id, requires, place_of(fields, "value")))
            return requires
    return None
