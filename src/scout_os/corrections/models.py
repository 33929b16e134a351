"""Corrections as values."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from scout_os.training.models import ScoreChange

MAX_TOTAL_XP = 2**53 - 1
"""What a total may reach, as `users_total_xp_check` has it: beyond, the board's scores are no longer exact."""


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


@dataclass(frozen=True, slots=True)
class Place:
    """A learner's place as the transaction left it."""

    user_id: int
    total_xp: int
    board_era: int
    change: ScoreChange | None
    """What the board is to be told; None: everything was so already, and nothing was written."""
