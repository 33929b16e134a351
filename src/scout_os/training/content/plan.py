"""Describes what a load does, one line for each section, unit and level."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, get_args

from scout_os.training.content.summary import Change, How, Kind, LoadSummary

OFFERED = {"options", "words"}
"""What a payload holds besides its key."""
_KINDS: dict[Kind, str] = {"sections": "section", "units": "unit", "levels": "level"}


def describe(summary: LoadSummary, hows: Collection[How] = get_args(How)) -> list[str]:
    """A line for each section, unit and level to which one of `hows` happens, in the order of their ids."""
    questions: dict[str, list[Change]] = {}
    lines = {}
    for change in summary.changes:
        if change.kind == "questions":
            questions.setdefault(change.row["level_id"], []).append(change)
    for change in summary.changes:
        if change.kind != "questions":
            inner = questions.pop(change.id, []) if change.how in ("changed", "moved", "returned") else []
            details = [*_columns(change), *_questions(inner), *_learners(change, summary)]
            lines[change.id] = (change.how, f"{_KINDS[change.kind]} {change.id} ({change.row['title']})", details)
    for level, inner in questions.items():  # somebody changed rows by hand
        if level not in lines:
            lines[level] = ("changed", f"level {level}", _questions(inner))
    ranks = ["changed  scout ranks"] if summary.renames and "changed" in hows else []
    return ranks + [
        f"{how:8} {name}{': ' if details else ''}{'; '.join(details)}"
        for level, (how, name, details) in sorted(lines.items(), key=lambda item: _natural(item[0]))
        if how in hows
    ]


def count_words(changes: Iterable[Change]) -> str:
    """Such as "1 section, 5 units, 25 levels"."""
    counted = Counter(change.kind for change in changes)
    return ", ".join(
        f"{counted[kind]} {name}{'s' * (counted[kind] != 1)}" for kind, name in _KINDS.items() if counted[kind]
    )


def _columns(change: Change) -> list[str]:
    details = []
    for name in change.columns:
        assert change.before is not None  # noqa: S101 - else there are no columns
        assert change.after is not None  # noqa: S101 - likewise
        before, after = change.before[name], change.after[name]
        word = "order" if name == "position" else name
        details.append(f"{word} {before} → {after}" if isinstance(before, int) else word)
    return details


def _questions(changes: Iterable[Change]) -> list[str]:
    counted = Counter(change.how for change in changes)
    keys = [(change.row["instead_of"] or change.row)["id"] for change in changes if _has_another_key(change)]
    details = []
    if counted:
        details.append(f"questions {', '.join(f'{number} {how}' for how, number in sorted(counted.items()))}")
    if keys:
        details.append(f"another key in {', '.join(sorted(keys, key=_natural))}")
    return details


def _has_another_key(question: Change) -> bool:
    if question.before is None or question.after is None:
        return False
    return _keys(question.before) != _keys(question.after)


def _keys(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The key of a question, and of the one that it stands in for."""
    payloads = [row["payload"], (row["instead_of"] or {}).get("payload", {})]
    return [{name: value for name, value in payload.items() if name not in OFFERED} for payload in payloads]


def _learners(change: Change, summary: LoadSummary) -> list[str]:
    if change.how != "retired" or summary.learners is None:
        return []
    number = summary.learners.by_level.get(change.id, 0)
    return [f"learners with progress: {number}"] if number else []


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts l10 after l9."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"([0-9]+)", name)]
