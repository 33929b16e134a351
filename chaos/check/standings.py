"""What a board may show at a moment, known by the campaign that alone gives XP: between what has been acknowledged for a
while and what has been sent. Each answer is held against both, so that a page without a part of the learners, an update
that was lost, and a rank that counts wrong are seen while everything moves, and nothing else is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

MOST_XP = 2**18
HORIZON_SECONDS = 5.0
PATIENCE_SECONDS = 3.0
"""An answer that took longer is not asked for others' newest XP. The rest of the horizon, 2 s, is the time in which
others' acknowledged XP must have come to every page."""

Row = tuple[int, int, int]
"""Learner, rank and XP, as a page shows them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer: a page (`limit` rows were asked for, 0: none) and the asker's own place."""

    started: float
    limit: int
    rows: Sequence[Row]
    user: int | None = None
    floor: int = 0
    """The asker's own XP that was acknowledged when the question was asked."""
    mine: tuple[int, int] | None = None
    """Own rank and XP."""


def is_ordered(rows: Sequence[Sequence[int]]) -> bool:
    """Whether a page lists everybody once, by XP and then by the bytes of the id, the highest first."""
    order = [(xp, str(user)) for user, _, xp in rows]
    return order == sorted(order, reverse=True) and len({user for user, _, _ in rows}) == len(rows)


def find_wrong_ranks(rows: Sequence[Sequence[int]]) -> Iterator[str]:
    """Ranks of a page that do not fit its XP: equals share one, and anyone else's is the place."""
    for place, (user, rank, xp) in enumerate(rows):
        expected = rows[place - 1][1] if place and rows[place - 1][2] == xp else place + 1
        if rank != expected:
            yield f"user {user} at place {place + 1} has rank {rank}, not {expected}"


class Counts:
    """How many learners have how much XP (a Fenwick tree); those without XP are on no board."""

    def __init__(self) -> None:
        self.all = 0
        self._tree = [0] * (MOST_XP + 1)

    def move(self, before: int, after: int) -> None:
        self._add(before, -1)
        self._add(after, 1)

    def above(self, xp: int) -> int:
        """How many have more."""
        count = self.all
        while xp > 0:
            count -= self._tree[xp]
            xp -= xp & -xp
        return count

    def _add(self, xp: int, count: int) -> None:
        if not xp:
            return
        self.all += count
        while xp <= MOST_XP:
            self._tree[xp] += count
            xp += xp & -xp


class Standings:
    """Everybody's XP. `top`: learners who stand still above all others, as every page must begin."""

    def __init__(self, totals: Mapping[int, int], top: Sequence[Row] = ()) -> None:
        self.top = list(top)
        self.acknowledged = dict(totals)
        self._sent = dict(totals)
        self._old = dict(totals)
        """What was acknowledged before the horizon."""
        self._most, self._least = Counts(), Counts()
        self._news: deque[tuple[float, int, int]] = deque()
        for total in totals.values():
            self._most.move(0, total)
            self._least.move(0, total)

    def send(self, user: int, amount: int) -> None:
        """From now on it may be on the board. A learner has one submission under way at a time."""
        before, after = self._sent[user], self.acknowledged[user] + amount
        self._most.move(before, after)
        self._sent[user] = after

    def acknowledge(self, user: int, total: int, at: float) -> Iterator[str]:
        if total != self._sent[user]:
            yield f"user {user} was told {total} XP, where {self._sent[user]} is right"
        self.acknowledged[user] = total
        self._news.append((at, user, total))

    def members(self, now: float) -> tuple[int, int]:
        """The least and the most learners that a board may hold."""
        self._forget(now - HORIZON_SECONDS)
        return self._least.all, self._most.all

    def judge(self, reading: Reading, now: float) -> Iterator[str]:
        """Everything that is wrong with an answer; `now` is not before it ended."""
        self._forget(now - HORIZON_SECONDS)
        prompt = now - reading.started <= PATIENCE_SECONDS
        if reading.limit:
            yield from self._page(reading, prompt=prompt)
        if reading.user is None or reading.mine is None:
            return
        rank, xp = reading.mine
        if not reading.floor <= xp <= self._sent[reading.user]:
            yield f"user {reading.user} has {xp} XP, between {reading.floor} and {self._sent[reading.user]} is right"
        elif xp:
            yield from self._rank(reading.user, rank, xp, prompt=prompt)
        elif rank:
            yield f"user {reading.user} has no XP and rank {rank}"
        for user, shown, total in reading.rows:
            if user == reading.user and (shown, total) != reading.mine:
                yield f"user {user} is told {reading.mine} and shown rank {shown} with {total} XP"

    def _page(self, reading: Reading, *, prompt: bool) -> Iterator[str]:
        rows, limit = reading.rows, reading.limit
        if len(rows) > limit or len(rows) < min(limit, self._least.all):
            yield f"a page of {limit} has {len(rows)} rows of at least {self._least.all}"
            return
        if list(rows[: len(self.top)]) != self.top[:limit]:
            yield f"a page of {limit} does not begin with those who stand still: {rows[: len(self.top)]}"
        if not is_ordered(rows):
            yield f"a page of {limit} is out of order or repeats somebody: {rows}"
        yield from find_wrong_ranks(rows)
        for user, _, xp in rows:
            least = self._old.get(user) if prompt else 0
            if least is None or not least <= xp <= self._sent[user]:
                yield f"user {user} is shown with {xp} XP, between {least} and {self._sent.get(user)} is right"
        if rows:
            yield from self._rank(*rows[-1], prompt=prompt)

    def _rank(self, user: int, rank: int, xp: int, *, prompt: bool) -> Iterator[str]:
        least = 1 + self._least.above(xp) if prompt else 1
        most = 1 + self._most.above(xp)
        if not least <= rank <= most:
            yield f"user {user} with {xp} XP has rank {rank}, between {least} and {most} is right"

    def _forget(self, before: float) -> None:
        """What was acknowledged `before` is no news any more."""
        while self._news and self._news[0][0] <= before:
            _, user, total = self._news.popleft()
            self._least.move(self._old[user], total)
            self._old[user] = total
