"""A pack as rows of the content tables."""

from __future__ import annotations

from typing import Any

from scout_os.training.content.pack import Pack

Row = dict[str, Any]


def section_rows(pack: Pack) -> list[Row]:
    return [
        {
            "id": section.id,
            "position": section.order,
            "tier": section.tier,
            "title": section.title,
            "title_en": section.title_en,
            "description": section.description,
            "description_en": section.description_en,
        }
        for section in pack.sections
    ]


def unit_rows(pack: Pack) -> list[Row]:
    return [
        {
            "id": unit.id,
            "section_id": section.id,
            "position": unit.order,
            "title": unit.title,
            "title_en": unit.title_en,
            "description": unit.description,
            "description_en": unit.description_en,
        }
        for section, unit in pack.units()
    ]


def level_rows(pack: Pack) -> list[Row]:
    return [
        {
            "id": level.id,
            "unit_id": unit.id,
            "level_number": level.level_number,
            "title": level.title,
            "title_en": level.title_en,
            "difficulty": level.difficulty,
            "xp_reward": level.xp_reward,
            "min_correct": level.min_correct,
            "unlock_rule": level.unlock_rule,
            "content_hash": level.content_hash,
            "total_questions": len(level.questions),
        }
        for unit, level in pack.levels()
    ]


def question_rows(pack: Pack) -> list[Row]:
    return [
        {
            "id": question.id,
            "level_id": level.id,
            "position": question.order,
            "type": question.type,
            "question": question.question,
            "payload": question.payload,
            "explanation": question.explanation,
        }
        for level, question in pack.questions()
    ]
