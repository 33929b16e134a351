"""What a load did, in numbers."""

from __future__ import annotations

from dataclasses import dataclass


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
    """The counts of a load and the content version that it left."""

    version: int
    sections: Counts
    units: Counts
    levels: Counts
    questions: Counts

    def __str__(self) -> str:
        """One line for an operator."""
        kinds = {"sections": self.sections, "units": self.units, "levels": self.levels, "questions": self.questions}
        told = [
            f"{name} {counts.added} added, {counts.changed} changed, {counts.retired} retired"
            for name, counts in kinds.items()
            if counts.touched
        ]
        return f"Content version {self.version}: {'; '.join(told) or 'nothing changed'}."

    @property
    def changed(self) -> bool:
        """Whether the load changed any content."""
        return any(counts.touched for counts in (self.sections, self.units, self.levels, self.questions))
