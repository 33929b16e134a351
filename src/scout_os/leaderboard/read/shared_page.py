"""The first scores from PostgreSQL, read once for many askers and amended by newer changes that this process knows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from scout_os.leaderboard.models import Score

PAGE_ROWS = 100
"""The longest page that may be asked for."""


@dataclass(frozen=True)
class SharedPage:
    began: float
    """When its reading began (monotonic): the page has everything that was committed before."""
    scores: list[Score]

    @cached_property
    def _totals(self) -> dict[int, int]:
        return {score.user_id: score.xp for score in self.scores}

    @property
    def is_whole(self) -> bool:
        return len(self.scores) < PAGE_ROWS

    def total_of(self, user_id: int) -> int | None:
        """The XP of `user_id` on the page; None if the learner is not on it."""
        return self._totals.get(user_id)

    def contradicts(self, user_id: int, xp: int | None) -> bool:
        """Whether the page shows `user_id` with more than `xp` (None: not on the board). Then it must be read again."""
        shown = self.total_of(user_id)
        return shown is not None and (xp is None or xp < shown)

    def with_raised(self, raised: Collection[Score]) -> SharedPage:
        """The page after the `raised` learners have at least so much XP.

        It need not be read again for that: everybody who is neither on it nor raised has no more than its last row.
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
        """The rank of `xp`; None if the page does not reach down to it."""
        if self.is_whole or xp >= self.scores[-1].xp:
            return 1 + sum(score.xp > xp for score in self.scores)
        return None
