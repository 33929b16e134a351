"""What an audit can find, and what mends it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Remedy = Literal["raise", "lower", "rebuild"]
"""`raise`: an outbox row is enough. `lower`: a new era and an outbox row. `rebuild`: nothing less helps."""

KEPT = 1000
"""Differences that a report keeps; so many that differ one by one are mended by a rebuild."""

_WHOLE = re.compile(r"-?\d{1,16}")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that differs. `redis` is the score as Redis prints it; None: no such place on that side."""

    member: str
    redis: str | None
    postgres: int | None
    remedy: Remedy

    @classmethod
    def of_learner(cls, user_id: int, redis: str | None, postgres: int | None) -> Difference:
        """A learner whom PostgreSQL knows."""
        return cls(str(user_id), redis, postgres, remedy(redis, postgres))

    @classmethod
    def of_stranger(cls, member: str, redis: str) -> Difference:
        """A member that is nobody's id. No learner's register can take it away."""
        return cls(member, redis, None, "rebuild")


@dataclass(slots=True)
class AuditReport:
    """What one round found."""

    learners: int = 0
    """Compared."""
    count: int = 0
    """Differences in all."""
    differences: list[Difference] = field(default_factory=list)
    """The first `KEPT` of them."""

    def add(self, found: Iterable[Difference]) -> None:
        """Count `found`, and keep what there is room for."""
        for difference in found:
            self.count += 1
            if len(self.differences) < KEPT:
                self.differences.append(difference)

    @property
    def needs_rebuild(self) -> bool:
        """Whether mending learner by learner is not possible, or dearer than a rebuild."""
        return self.count > KEPT or any(difference.remedy == "rebuild" for difference in self.differences)

    def learners_to(self, remedy: Remedy) -> list[int]:
        """The learners whom `remedy` mends."""
        return [int(difference.member) for difference in self.differences if difference.remedy == remedy]


def remedy(score: str | None, total: int | None) -> Remedy:
    """What brings a learner's `score` to `total` (None: not on the board). Registers of one era only rise."""
    if score is None:
        return "raise"
    if not _WHOLE.fullmatch(score):
        return "rebuild"
    return "lower" if total is None or int(score) > total else "raise"
