"""Bad packs as cases: one edit of the good pack, and the one issue that it must lead to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from scout_os.training.content import Issue, PackInvalid, read_pack
from tests.packs.editing import NEW_KINDS, SIX_TYPES, Edit, copy_pack, line_of


@dataclass(frozen=True)
class Bad:
    """Replacing `old` by `new` must be refused on the line where `at` starts (`new` if empty), saying `reason`."""

    name: str
    old: str
    new: str
    reason: str
    at: str = ""
    file: str = "simpul.yaml"
    source: Path = SIX_TYPES

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Jejak(Bad):
    """The same in the other file."""

    file: str = "jejak.yml"


@dataclass(frozen=True)
class Isyarat(Bad):
    """The same in the pack of newer kinds."""

    file: str = "isyarat.yaml"
    source: Path = NEW_KINDS


def issues_of(directory: Path) -> list[Issue]:
    """What is wrong with the pack."""
    with pytest.raises(PackInvalid) as refused:
        read_pack(directory)
    return refused.value.issues


def assert_refused(bad: Bad, directory: Path) -> None:
    """The edit leads to just the issue that the case names."""
    copy_pack(directory, Edit(bad.file, bad.old, bad.new), source=bad.source)
    line = line_of(directory / bad.file, bad.at or bad.new)
    [issue] = issues_of(directory)
    assert (issue.file, issue.line) == (bad.file, line), issue
    assert bad.reason in issue.reason
