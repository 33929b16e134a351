"""What a load did, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["sections", "units", "levels", "questions"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one kind. One that comes back from retirement counts as changed."""

    added: int
    changed: int
    retired: int
    unchanged: int

    @property
    def touched(self) -> int:
        return self.added + self.changed + self.retired


@dataclass(frozen=True, slots=True)
class LoadSummary:
    version: int
    counts: Mapping[Kind, Counts]

    def __str__(self) -> str:
        """One line for an operator."""
        told = [
            f"{name} {counts.added} added, {counts.changed} changed, {counts.retired} retired"
            for name, counts in self.counts.items()
            if counts.touched
        ]
        return f"Content version {self.version}: {'; '.join(told) or 'nothing changed'}."

    @property
    def changed(self) -> bool:
        return any(counts.touched for counts in self.counts.values())
