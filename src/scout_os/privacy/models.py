"""One's own data as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that is held about a learner, of one instant: objects of JSON as texts, because there may be a great many."""

    profile: str
    records: Mapping[str, Sequence[str]]
    """By table."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a learner was erased, without a word about who it was."""

    receipt_id: UUID
    user_id: int
    erased_at: datetime
