"""What decides how learners compare: ranks, and the scout rank that XP is worth."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from scout_os.training.models import Rank

Ranks = tuple[Rank, ...]
"""Scout ranks, lowest first; the first begins at 0 XP."""

DEFAULT_RANKS: Ranks = (
    Rank("Siaga Mula", None, 0),
    Rank("Siaga Bantu", None, 100),
    Rank("Siaga Tata", None, 200),
    Rank("Penggalang Ramu", None, 350),
    Rank("Penggalang Rakit", None, 500),
    Rank("Penggalang Terap", None, 750),
    Rank("Penegak Bantara", None, 1000),
    Rank("Penegak Laksana", None, 1500),
)
"""For packs that name no ranks: what installed clients have always shown."""


def scout_rank(ranks: Ranks, xp: int) -> str:
    """The scout rank shown beside `xp`: the last that begins at no more."""
    return ranks[bisect_right(ranks, xp, key=lambda rank: rank.from_xp) - 1].name


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
