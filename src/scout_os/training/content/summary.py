"""What a load does: to each row, and in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["sections", "units", "levels", "questions"]
How = Literal["added", "changed", "moved", "returned", "retired"]
_PLACES = {"position", "level_number"}
_NOT_SHOWN = {"content_hash", "content_version", "created_at", "is_active"}


@dataclass(frozen=True, slots=True)
class Change:
    """One row as it is and as it will be. `before` is None for a new row, `after` for one that is retired."""

    kind: Kind
    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def how(self) -> How:
        if self.before is None:
            return "added"
        if self.after is None:
            return "retired"
        if not self.before["is_active"]:
            return "returned"
        columns = set(self.columns)
        return "moved" if columns and columns <= _PLACES else "changed"

    @property
    def row(self) -> Mapping[str, Any]:
        """The row as it will be; as it is if it is retired."""
        row = self.after or self.before
        assert row is not None  # noqa: S101 - a change has one of them
        return row

    @property
    def columns(self) -> list[str]:
        """The columns that change, if the row stays. A level may change in its questions alone."""
        if self.before is None or self.after is None:
            return []
        shown = [name for name in self.after if name in self.before and name not in _NOT_SHOWN]
        return [name for name in shown if self.before[name] != self.after[name]]


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one kind."""

    added: int = 0
    changed: int = 0
    retired: int = 0
    unchanged: int = 0
    moved: int = 0
    returned: int = 0
    """Retired earlier, and active again."""

    @classmethod
    def of(cls, changes: Iterable[Change], rows: int) -> Counts:
        """`rows` is how many the pack has."""
        counted: Counter[str] = Counter(change.how for change in changes)
        return cls(**counted, unchanged=rows - counted.total() + counted["retired"])

    def __str__(self) -> str:
        names: tuple[How, ...] = ("added", "changed", "moved", "returned", "retired")
        return ", ".join(f"{getattr(self, name)} {name}" for name in names if getattr(self, name))


@dataclass(frozen=True, slots=True)
class Learners:
    """Learners who have progress in levels that are retired."""

    total: int
    by_level: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What a load did, or would do. A load of a pack that is loaded already does nothing."""

    version: int
    """The content version after the load."""
    counts: Mapping[Kind, Counts]
    base: int = field(default=0, compare=False)
    """The content version before the load; 0 if there was no content."""
    changes: tuple[Change, ...] = field(default=(), compare=False)
    learners: Learners | None = field(default=None, compare=False)
    """None: not counted, because nothing is retired or the load was done, or because it took too long."""
    renames: bool = False
    """Whether learners are called otherwise by their XP."""

    def __str__(self) -> str:
        """One line for an operator."""
        told = [f"{name} {counts}" for name, counts in self.counts.items() if str(counts)]
        told += ["ranks changed"] if self.renames else []
        return "; ".join(told) or "nothing changed"

    @property
    def changed(self) -> bool:
        return self.renames or bool(self.changes)

    @property
    def retired(self) -> list[Change]:
        """What learners lose from their path. A removed question is a change of its level."""
        return [change for change in self.changes if change.how == "retired" and change.kind != "questions"]


class WouldRetire(Exception):
    """The load was not done: it would retire sections, units or levels."""

    def __init__(self, summary: LoadSummary) -> None:
        super().__init__(str(summary))
        self.summary = summary


class VersionChanged(Exception):
    """The load was not done: the content is not of the version that the caller expects."""

    def __init__(self, version: int) -> None:
        super().__init__(f"The content version is {version} now")
        self.version = version
