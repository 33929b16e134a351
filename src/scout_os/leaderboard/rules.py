"""What decides how learners compare: ranks, and the scout rank that XP is worth."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

_THRESHOLDS = (100, 200, 350, 500, 750, 1000, 1500)
_SCOUT_RANKS = (
    "Siaga Mula",
    "Siaga Bantu",
    "Siaga Tata",
    "Penggalang Ramu",
    "Penggalang Rakit",
    "Penggalang Terap",
    "Penegak Bantara",
    "Penegak Laksana",
)


def scout_ranks() -> list[tuple[str, int]]:
    """Every scout rank with the XP that it begins at, lowest first."""
    return list(zip(_SCOUT_RANKS, (0, *_THRESHOLDS), strict=True))


def scout_rank(xp: int) -> str:
    """The scout rank shown beside `xp`: Siaga Mula below 100, … Penegak Laksana from 1500."""
    return _SCOUT_RANKS[bisect_right(_THRESHOLDS, xp)]


def ranks(totals: Sequence[int]) -> list[int]:
    """Ranks of the board's first totals, highest first: 1 + the number of those with more; equals share a rank."""
    result: list[int] = []
    for position, total in enumerate(totals):
        tied = position > 0 and totals[position - 1] == total
        result.append(result[-1] if tied else position + 1)
    return result
