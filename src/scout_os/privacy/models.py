"""A learner's own data as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holdings:
    """All data about a learner at one instant. JSON objects stay texts, because there may be very many."""

    profile: str
    records: Mapping[str, Sequence[str]]
    """By table."""
