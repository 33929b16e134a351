"""The top of the board from PostgreSQL, read once for many askers, and brought up to date by what this process knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from scout_os.leaderboard.models import Register, Score

PAGE_ROWS = 100
"""The longest page that may be asked for."""
NEWS_SECONDS = 10.0
"""No page is in use for so long after its reading began: its readers give up before."""


@dataclass(frozen=True)
class SharedPage:
    """The first scores of the board, highest first."""

    began: float
    """When its reading began (monotonic): whatever was committed before is in it."""
    scores: list[Score]

    @cached_property
    def _totals(self) -> dict[int, int]:
        return {score.user_id: score.xp for score in self.scores}

    @property
    def is_whole(self) -> bool:
        """Whether there is nobody below the page."""
        return len(self.scores) < PAGE_ROWS

    def total_of(self, user_id: int) -> int | None:
        """The XP that the page shows for `user_id`; None for one who is not on it."""
        return self._totals.get(user_id)

    def contradicts(self, user_id: int, xp: int | None) -> bool:
        """Whether the page shows `user_id` with more than `xp` (None: not on the board), which no raise explains."""
        shown = self.total_of(user_id)
        return shown is not None and (xp is None or xp < shown)

    def with_raised(self, raised: Collection[Score]) -> SharedPage:
        """The page after `raised` learners have at least so much.

        It is right without another look: whoever is neither on it nor among them has no more than its last row.
        """
        raised = [score for score in raised if self._is_changed_by(score)]
        if not raised:
            return self
        totals = dict(self._totals)
        for score in raised:
            totals[score.user_id] = max(score.xp, totals.get(score.user_id, 0))
        # As both engines list: XP descending, then the member's bytes descending.
        ordered = sorted(totals.items(), key=lambda item: (item[1], str(item[0]).encode()), reverse=True)
        return replace(self, scores=[Score(user, xp) for user, xp in ordered[:PAGE_ROWS]])

    def _is_changed_by(self, score: Score) -> bool:
        shown = self._totals.get(score.user_id)
        if shown is not None:
            return score.xp > shown
        return self.is_whole or score.xp >= self.scores[-1].xp

    def rank(self, xp: int) -> int | None:
        """The rank of `xp` if the page decides it."""
        if self.is_whole or xp >= self.scores[-1].xp:
            return 1 + sum(score.xp > xp for score in self.scores)
        return None


class News:
    """The changes that this process has acknowledged and a page may not show yet, each learner's newest by era and total."""

    def __init__(self) -> None:
        self.version = 0
        """Another one after every change."""
        self._changes: dict[int, tuple[float, Register]] = {}

    def add(self, register: Register, now: float) -> None:
        """Take note of an acknowledged change; in any order, as everybody who merges."""
        self.version += 1
        known = self._changes.pop(register.user_id, None)
        if known is not None and _is_newer(known[1], register):
            register = known[1]
        self._changes[register.user_id] = (now, register)  # at the end: in order of time
        for user, (at, _) in list(self._oldest(2)):
            if at < now - NEWS_SECONDS:
                del self._changes[user]

    def since(self, began: float) -> Iterator[Register]:
        """What a page whose reading began then may lack, the latest first."""
        for at, register in reversed(self._changes.values()):
            if at < began:
                return
            yield register

    def _oldest(self, count: int) -> Iterator[tuple[int, tuple[float, Register]]]:
        for _, change in zip(range(count), self._changes.items(), strict=False):
            yield change


def _is_newer(one: Register, other: Register) -> bool:
    return (one.era, one.total_xp or 0) > (other.era, other.total_xp or 0)
