"""How learners compare, as pure functions."""

from __future__ import annotations

import pytest

from scout_os.leaderboard.rules import consistent_ranks, ranks, ranks_from


@pytest.mark.parametrize(
    ("totals", "expected"), [([], []), ([9], [1]), ([9, 9, 7], [1, 1, 3]), ([9, 7, 7, 7, 5], [1, 2, 2, 2, 5])]
)
def test_equals_share_a_rank(totals: list[int], expected: list[int]) -> None:
    """A rank is 1 + the number of those with more."""
    assert ranks(totals) == expected


def test_ranks_go_on_in_the_middle_of_the_board() -> None:
    """The first of some rows may share its rank with rows above that are not among them."""
    assert ranks_from(10, 8, [9, 9, 7, 5]) == [8, 8, 13, 14]
    assert ranks_from(10, 11, [9, 7]) == [11, 12]


@pytest.mark.parametrize(
    ("counted", "totals", "expected"),
    [
        ([3, 4, 5], [9, 8, 7], [3, 4, 5]),
        ([3, 3, 9], [8, 8, 7], [3, 3, 9]),
        ([3, 3, 3], [9, 8, 7], [3, 4, 5]),  # counted when all had the same
        ([3, 4, 4, 4], [9, 8, 8, 7], [3, 4, 4, 6]),
        ([], [], []),
    ],
)
def test_ranks_that_were_counted_before_contradict_no_row(
    counted: list[int], totals: list[int], expected: list[int]
) -> None:
    """Who has less has a lower rank, by at least as many as are shown above."""
    assert consistent_ranks(counted, totals) == expected
