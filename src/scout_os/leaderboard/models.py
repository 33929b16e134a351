"""The leaderboard's values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from scout_os.leaderboard.rules import DEFAULT_RANKS, Ranks

Source = Literal["redis", "postgres"]


@dataclass(frozen=True, slots=True)
class Standing:
    rank: int
    xp: int


MAX_NEIGHBOURS = 5
"""On each side. So many are always read, so that all askers can share a reading."""
UNRANKED = Standing(0, 0)
"""A learner without XP."""


@dataclass(frozen=True, slots=True)
class Score:
    """One row of a page, before names are known."""

    user_id: int
    xp: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What Redis holds at one instant, before names are known."""

    changes: int
    """The count of changes at that instant; no two states share one."""
    digest: str
    """Of the first scores; empty if none were asked for."""
    scores: list[Score] | None
    """The first scores; None if their digest is the one that the reader knew."""
    standings: dict[int, Standing]
    """By user id: of those who were asked for and are on the board."""
    profiles: str
    """A mark that changes whenever anybody's name or picture does."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive rows of the board, before names are known."""

    digest: str
    """No two stretches share one."""
    ranks: list[int]
    scores: list[Score]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where some learners stand in Redis at one instant, before names are known."""

    changes: int
    """As in `Snapshot`."""
    stretches: dict[int, Stretch]
    """By user id, of those who are on the board: their neighbours and themselves."""
    profiles: str
    """As in `Snapshot`."""


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    picture_url: str | None


@dataclass(frozen=True, slots=True)
class Row:
    rank: int
    score: Score
    profile: Profile


class Register(NamedTuple):
    """A learner's place as PostgreSQL has it; `total_xp` is None if the learner is not on the board."""

    user_id: int
    era: int
    total_xp: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Top:
    """The first rows of the board. While nothing changes, all answers share one object."""

    rows: Sequence[Row]
    json: dict[int, tuple[Ranks, bytes]] = field(default_factory=dict)
    """The JSON of the first n rows by n, and the ranks in it; kept by those who send it."""


@dataclass(frozen=True, slots=True)
class View:
    """The first rows and the standings that were asked for, from one engine at one instant."""

    top: Top
    standings: dict[int, Standing]
    source: Source
    unverified: bool = False
    """PostgreSQL was away: nobody can tell whether Redis lacks something."""
    changes: int | None = None
    """As in `Snapshot`; None if PostgreSQL answered."""
    around: Mapping[int, Sequence[Row]] = field(default_factory=dict)
    """By user id: the rows around those who were asked for and are on the board, `MAX_NEIGHBOURS` on each side at most."""
    ranks: Ranks = DEFAULT_RANKS
    """What learners are called by their XP."""

    def neighbours(self, user_id: int, count: int) -> Sequence[Row]:
        """Up to `count` rows above and below `user_id`, and the own one between them; none without a place on the board."""
        return nearest(self.around.get(user_id, ()), user_id, count)


def nearest(rows: Sequence[Row], user_id: int, count: int) -> Sequence[Row]:
    """Of consecutive rows the one of `user_id`, and up to `count` above and below."""
    place = next((place for place, row in enumerate(rows) if row.score.user_id == user_id), 0)
    return rows[max(0, place - count) : place + count + 1]


def own_standings(around: Mapping[int, Sequence[Row]]) -> dict[int, Standing]:
    """The standings of those whose neighbours are `around` them."""
    return {
        user_id: Standing(row.rank, row.score.xp)
        for user_id, rows in around.items()
        for row in rows
        if row.score.user_id == user_id
    }


@dataclass(frozen=True, slots=True)
class Leaderboard:
    view: View
    limit: int
    mine: Standing | None
    """None: nobody asks."""
    as_of: datetime

    @property
    def rows(self) -> Sequence[Row]:
        return self.view.top.rows[: self.limit]


@dataclass(frozen=True, slots=True)
class BoardStatus:
    redis: Literal["complete", "absent", "away"]
    members: int | None
    learners: int
    outbox: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the places of some learners in Redis compare with those that were sent."""

    members: int
    """On the whole board."""
    found: int
    """How many of the learners sent are on it."""
    differing: dict[int, str | None]
    """Those whose place differs: the score as Redis prints it by user id, None if missing."""
