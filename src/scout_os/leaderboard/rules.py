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
    return ranks_from(0, 1, totals)


def ranks_from(first: int, rank: int, totals: Sequence[int]) -> list[int]:
    """Ranks of consecutive totals, highest first, of which the first has `first` before it and the rank `rank`."""
    result: list[int] = []
    for position, total in enumerate(totals):
        if position == 0:
            result.append(rank)
        else:
            result.append(result[-1] if totals[position - 1] == total else first + position + 1)
    return result


def consistent_ranks(counted: Sequence[int], totals: Sequence[int]) -> list[int]:
    """Ranks of consecutive totals, highest first, where each may have been counted before the totals last changed.

    Equals share a rank, and everybody else has as many before as the rows above show.
    """
    result: list[int] = []
    for position, (rank, total) in enumerate(zip(counted, totals, strict=True)):
        if position and totals[position - 1] == total:
            result.append(result[-1])
        else:
            above = totals.index(totals[position - 1]) if position else 0
            result.append(max(rank, result[-1] + position - above) if position else rank)
    return result
