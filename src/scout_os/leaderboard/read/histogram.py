"""Ranks without counting rows: how many learners have how much XP. Distinct totals are few, however many learners."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate


class Histogram:
    """Learners by XP, of one snapshot."""

    def __init__(self, counts: Iterable[tuple[int, int]]) -> None:
        """`counts` holds (XP, learners with exactly that), in any order."""
        ordered = sorted(counts)
        self._totals = [total for total, _ in ordered]
        self._up_to = [0, *accumulate(count for _, count in ordered)]

    def rank(self, xp: int) -> int:
        """1 + the number of learners with more than `xp`."""
        return 1 + self._up_to[-1] - self._up_to[bisect_right(self._totals, xp)]
