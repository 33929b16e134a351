"""Traces, findings and flags as values."""

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
    """When the level was done."""
    received_at: datetime
    xp: int


@dataclass(frozen=True, slots=True)
class Graded:
    """A graded attempt, whose start and end this service timed itself."""

    issued_at: datetime
    at: datetime
    """When it was done."""
    graded_at: datetime
    correct_answers: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Traces:
    """One learner's activity that was received in the last minute or two, in the order in which it was done."""

    payments: Sequence[Payment] = ()
    graded: Sequence[Graded] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a learner's traces that people do not do."""

    kind: Kind
    at: datetime
    """When the last trace behind it was received, so that reviewing the same traces again adds nothing."""
    evidence: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Flag:
    """A finding that waits for an operator's verdict, or has one."""

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
