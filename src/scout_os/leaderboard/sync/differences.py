"""What an audit can find, and what repairs it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Remedy = Literal["raise", "lower", "rebuild"]
"""`raise`: an outbox row is enough. `lower`: a new era and an outbox row. `rebuild`: only a rebuild helps."""

KEPT = 1000
"""Differences that a report keeps. More than that are repaired by a rebuild."""

_WHOLE = re.compile(r"-?\d{1,16}")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs. `redis` is the score as Redis prints it; None: no place on that side."""

    member: str
    redis: str | None
    postgres: int | None
    remedy: Remedy


@dataclass(slots=True)
class AuditReport:
    learners: int = 0
    count: int = 0
    differences: list[Difference] = field(default_factory=list)
    """The first `KEPT` of them."""

    def add(self, found: Iterable[Difference]) -> None:
        for difference in found:
            self.count += 1
            if len(self.differences) < KEPT:
                self.differences.append(difference)

    @property
    def needs_rebuild(self) -> bool:
        """Whether repairing learner by learner is impossible, or more expensive than a rebuild."""
        return self.count > KEPT or any(difference.remedy == "rebuild" for difference in self.differences)

    def learners_to(self, remedy: Remedy) -> list[int]:
        return [int(difference.member) for difference in self.differences if difference.remedy == remedy]


def remedy(score: str | None, total: int | None) -> Remedy:
    """What brings a learner's `score` to `total` (None: not on the board). Within an era a register only rises."""
    if score is None:
        return "raise"
    if not _WHOLE.fullmatch(score):
        return "rebuild"
    return "lower" if total is None or int(score) > total else "raise"
