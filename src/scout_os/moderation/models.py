"""Corrections as values."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from scout_os.training.models import ScoreChange

MAX_CORRECTED_XP = 2**52
"""What a correction may leave at most: half of what a total may reach, so that what levels pay afterwards always fits."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an admin over HTTP, or somebody at the command line."""

    user_id: int | None = None
    """None: the command line."""

    def __str__(self) -> str:
        """As the ledger and the log name them: never by anything personal."""
        return "cli" if self.user_id is None else f"user:{self.user_id}"


@dataclass(frozen=True, slots=True)
class Order:
    """A correction as it is asked for."""

    correction_id: UUID
    """Counts once for a learner, however often it is sent."""
    user_id: int
    amount: int
    """XP, up or down; never 0."""
    reason: str
    actor: Actor

    @property
    def source(self) -> str:
        """What names it in the ledger, where a learner has each source once."""
        return f"correction:{self.correction_id}"


@dataclass(frozen=True, slots=True)
class Booked:
    """A correction as the ledger has it."""

    amount: int
    reason: str
    total_xp: int
    """The total that it left."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A learner whose row is locked: what it says stays so until the transaction ends."""

    id: int
    total_xp: int
    board_era: int
    is_active: bool
    is_suspended: bool
    is_hidden: bool
    is_tombstone: bool
    """Deleted already: a living account has a name, also while it is disabled."""

    def unchanged(self) -> Place:
        """The place as it is, with nothing to tell the board."""
        return Place(self.id, self.total_xp, self.board_era, change=None)


@dataclass(frozen=True, slots=True)
class Place:
    """A learner's place as the transaction left it."""

    user_id: int
    total_xp: int
    board_era: int
    change: ScoreChange | None
    """What the board is to be told; None: everything was so already, and nothing was written."""
