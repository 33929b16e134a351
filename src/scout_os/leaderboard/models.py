"""The board's values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Source = Literal["redis", "postgres"]
Distrust = Literal["away", "absent", "behind", "stranger"]
"""Why Redis must not be believed: it does not answer, has no whole board, lacks what was acknowledged, or shows somebody who may
not be on the board."""


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
class Look:
    """What one look at the board found, from one instant."""

    changes: int
    """The count of changes at that instant; it never stands for two states."""
    digest: str
    """Of the first rows; empty if none were asked for."""
    scores: list[Score] | None
    """The first rows; None if they are those whose digest the asker knew."""
    standings: dict[int, Standing]
    """By user id: of those who were asked for and are on the board."""
    profiles: str
    """A mark that changes whenever anybody's name or picture does."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the board shows of a learner beside the XP."""

    name: str
    picture_url: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the board as it is shown."""

    rank: int
    score: Score
    profile: Profile


@dataclass(frozen=True, slots=True)
class Register:
    """A learner's place as PostgreSQL says it now; `total_xp` None: not on the board."""

    user_id: int
    era: int
    total_xp: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Top:
    """The first rows of the board with the faces of all on it. One object is shared by all answers while nothing changes."""

    rows: Sequence[Row]
    json: dict[int, bytes] = field(default_factory=dict)
    """What travels of the first so many rows, kept by those who send it."""


@dataclass(frozen=True, slots=True)
class View:
    """What one engine shows of the board at one instant."""

    top: Top
    standings: dict[int, Standing]
    """By user id: of those who were asked for and are on the board."""
    source: Source
    unverified: bool = False
    """PostgreSQL was away: nobody could say whether Redis lacks something."""
    changes: int | None = None
    """Redis' count of changes; None if PostgreSQL answered."""


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A full answer."""

    top: Top
    limit: int
    """How many of the rows are wanted."""
    mine: Standing | None
    """None: nobody asks."""
    source: Source
    as_of: datetime
    stale: bool

    @property
    def rows(self) -> Sequence[Row]:
        return self.top.rows[: self.limit]


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
