"""Moderation as values."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from scout_os.training.models import ScoreChange

MAX_CORRECTED_XP = 2**52
"""The largest total that a correction may leave: half of the maximum, so that later awards always fit."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an admin or learner over HTTP, or an operator at the command line."""

    user_id: int | None = None
    """None: the command line."""

    @property
    def is_operator(self) -> bool:
        return self.user_id is None

    def __str__(self) -> str:
        """The name in ledger and log; contains nothing personal."""
        return "cli" if self.user_id is None else f"user:{self.user_id}"


@dataclass(frozen=True, slots=True)
class Order:
    correction_id: UUID
    """A correction is booked once for each id and learner, however often it is sent."""
    user_id: int
    amount: int
    """XP, up or down; never 0."""
    reason: str
    actor: Actor

    @property
    def source(self) -> str:
        """Its source in the ledger, which is unique for each learner."""
        return f"correction:{self.correction_id}"


@dataclass(frozen=True, slots=True)
class Booked:
    amount: int
    reason: str
    total_xp: int
    """The total after it."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A learner whose row is locked, so it does not change until the transaction ends."""

    id: int
    total_xp: int
    board_era: int
    is_active: bool
    is_suspended: bool
    is_hidden: bool
    account_key: UUID | None
    is_tombstone: bool
    """Already deleted. Every other account has a name, even a disabled one."""

    def unchanged(self) -> Place:
        return Place(self.id, self.total_xp, self.board_era, change=None)


@dataclass(frozen=True, slots=True)
class Place:
    """A learner's place on the board after the transaction."""

    user_id: int
    total_xp: int
    board_era: int
    change: ScoreChange | None
    """The change for the board; None: nothing had to be written."""
