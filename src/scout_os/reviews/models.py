"""Signals and flags as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Kind = Literal["too_fast", "xp_rate", "burst", "no_pause", "guessing"]
Verdict = Literal["cleared", "upheld"]


@dataclass(frozen=True, slots=True)
class Payment:
    """A level that paid for the first time."""

    at: datetime
    xp: int


@dataclass(frozen=True, slots=True)
class Graded:
    """An attempt between whose start and submission this service looked at its own clock."""

    issued_at: datetime
    graded_at: datetime
    correct_answers: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Traces:
    """What one learner did in the last minute or two, oldest first."""

    payments: Sequence[Payment] = ()
    graded: Sequence[Graded] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a learner's traces that people do not do."""

    kind: Kind
    at: datetime
    """When the last of what it rests on happened: the same traces looked at again find nothing new."""
    evidence: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Flag:
    """A finding that waits for an operator, or did."""

    id: int
    user_id: int
    kind: Kind
    evidence: Mapping[str, Any]
    times: int
    """How often it was found while the flag was open."""
    first_seen_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    verdict: Verdict | None
    note: str | None
