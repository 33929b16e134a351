"""The board's values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Source = Literal["redis", "postgres"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A learner's own place: rank and XP."""

    rank: int
    xp: int


UNRANKED = Standing(0, 0)
"""A learner without XP."""


@dataclass(frozen=True, slots=True)
class Score:
    """One row of a page, before names are known."""

    user_id: int
    xp: int


@dataclass(frozen=True, slots=True)
class Page:
    """The first rows of the board and the asker's own standing, from one instant of one engine."""

    scores: list[Score]
    mine: Standing | None
    """None: the asker is not on the board, or nobody asks."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """The first rows of the board and the standings of many learners, from one instant of Redis."""

    changes: int
    """The count of changes at that instant; it never stands for two states."""
    scores: list[Score]
    standings: dict[int, Standing]
    """Of those who are on the board."""


@dataclass(frozen=True, slots=True)
class Face:
    """What the board shows of a learner beside the XP."""

    name: str
    picture_url: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page with the faces of all on it, and where it comes from."""

    page: Page
    faces: dict[int, Face]
    source: Source
    unverified: bool = False
    """PostgreSQL was away: nobody could say whether Redis lacks something."""


@dataclass(frozen=True, slots=True)
class Register:
    """A learner's place as PostgreSQL says it now; `total_xp` None: not on the board."""

    user_id: int
    era: int
    total_xp: int | None


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A full answer."""

    rows: list[tuple[int, Score, Face]]
    """Rank, score, face."""
    mine: Standing | None
    source: Source
    as_of: datetime
    stale: bool


@dataclass(frozen=True, slots=True)
class BoardStatus:
    """What an operator wants to know of the board."""

    redis: Literal["complete", "absent", "away"]
    members: int | None
    learners: int
    outbox: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What Redis says of some learners whose places were sent to it."""

    members: int
    """Of the whole board."""
    found: int
    """How many of the learners sent are on it."""
    differing: dict[int, str | None]
    """User id → score as Redis prints it, None if missing: of those whose place is not as sent."""
