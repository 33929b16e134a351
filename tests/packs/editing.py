"""Packs made from a good one by editing its text, so that a test shows just what is wrong."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

SIX_TYPES = Path(__file__).parent / "six_types"
"""A small valid pack with the first six types of questions."""
NEW_KINDS = Path(__file__).parent / "new_kinds"
"""A small valid pack with the types that came later, and media of every kind."""


@dataclass(frozen=True)
class Edit:
    """One replacement in one file. `old` must occur just once, or the edit would not say where it happens."""

    file: str
    old: str
    new: str


def copy_pack(target: Path, *edits: Edit, source: Path = SIX_TYPES) -> Path:
    """A copy of the pack in the directory, with the edits made one after the other."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    for edit in edits:
        path = target / edit.file
        path.write_text(_replace_once(path.read_text("utf-8"), edit.old, edit.new), "utf-8")
    return target


def line_of(path: Path, text: str) -> int:
    """The line (1-based) on which the text starts; it must occur just once."""
    content = path.read_text("utf-8")
    assert content.count(text) == 1, f"{text!r} occurs {content.count(text)} times in {path.name}"
    return content.count("\n", 0, content.index(text)) + 1


def _replace_once(content: str, old: str, new: str) -> str:
    assert content.count(old) == 1, f"{old!r} occurs {content.count(old)} times"
    return content.replace(old, new)
