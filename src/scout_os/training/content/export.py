"""The loaded content as a pack: the same content gives the same bytes, and loading them changes nothing."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any

import yaml

from scout_os.training.content.drawings import FOLDER
from scout_os.training.content.ranks import FILE
from scout_os.training.media import media_of
from scout_os.training.models import Catalog, Level, Part, Question, Rank, Section, Unit


class _Dumper(yaml.SafeDumper):
    """Writes as authors do: text unquoted where that is safe, several lines below |, and no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature of PyYAML
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - likewise
        super().increase_indent(flow, False)


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _write_text)


def write_pack(catalog: Catalog, directory: Path) -> None:
    """Write the pack, whole or not at all. Raises `OSError`, also if the directory holds anything already."""
    directory = directory.resolve()
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise OSError(errno.ENOTEMPTY, "not an empty directory", str(directory))
    unfinished = directory.with_name(f".{directory.name}-{token_hex(4)}")
    unfinished.mkdir(parents=True)
    try:
        for section in catalog.sections:
            (unfinished / f"{section.id}.yaml").write_text(_dump(_section(section)), "utf-8")
        if catalog.ranks:
            (unfinished / f"{FILE}.yaml").write_text(_dump({"ranks": [_rank(rank) for rank in catalog.ranks]}), "utf-8")
        for name, content in _drawings(catalog).items():
            (unfinished / FOLDER).mkdir(exist_ok=True)
            (unfinished / FOLDER / name).write_bytes(content)
        unfinished.rename(directory)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _dump(fields: dict[str, Any]) -> str:
    given = yaml.dump(
        fields, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=float("inf")
    )
    return str(given)


def _rank(rank: Rank) -> dict[str, Any]:
    return {name: value for name, value in vars(rank).items() if value is not None}


def _section(section: Section) -> dict[str, Any]:
    return {**_part(section, tier=section.tier), "units": [_unit(unit) for unit in section.units]}


def _unit(unit: Unit) -> dict[str, Any]:
    return {**_part(unit), "levels": [_level(level) for level in unit.levels]}


def _part(part: Part, **more: str) -> dict[str, Any]:
    optional = ("title_en", "description", "description_en")
    texts = {name: getattr(part, name) for name in optional if getattr(part, name) is not None}
    return {"id": part.id, "order": part.order, **more, "title": part.title, **texts}


def _level(level: Level) -> dict[str, Any]:
    return {
        "id": level.id,
        "level_number": level.level_number,
        "title": level.title,
        **({"title_en": level.title_en} if level.title_en is not None else {}),
        "difficulty": level.difficulty,
        "xp_reward": level.xp_reward,
        "min_correct": level.min_correct,
        "unlock_rule": level.unlock_rule,
        "questions": [_question(question) for question in level.questions],
    }


def _question(question: Question) -> dict[str, Any]:
    return {"id": question.id, "order": question.order, **_asked(question)}


def _asked(question: Question) -> dict[str, Any]:
    fields: dict[str, Any] = {"type": question.type, "question": question.question}
    if question.question_en is not None:
        fields["question_en"] = question.question_en
    if question.media is not None:
        fields["media"] = question.media
    fields |= {"payload": question.payload, "explanation": question.explanation}
    if question.explanation_en is not None:
        fields["explanation_en"] = question.explanation_en
    if question.instead is not None:
        fields["instead"] = {"id": question.instead.id, **_asked(question.instead)}
    return {name: _without_hashes(value) for name, value in fields.items()}


def _without_hashes(value: Any) -> Any:
    """Media as authors write them: the file alone says what is in it."""
    if isinstance(value, Mapping):
        return {name: _without_hashes(inner) for name, inner in value.items() if name != "hash"}
    return [_without_hashes(inner) for inner in value] if isinstance(value, list) else value


def _drawings(catalog: Catalog) -> dict[str, bytes]:
    """Each drawing by the name of its file."""
    questions = [question for level in catalog.level_by_id.values() for question in level.questions]
    shown = [media for question in questions for media in media_of(question)]
    return {media["file"]: catalog.files[media["hash"]] for media in shown if "file" in media}
