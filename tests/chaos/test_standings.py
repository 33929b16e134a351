"""Who judges reads under load must see each lie, and nothing but lies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chaos.check.standings import HORIZON_SECONDS, Reading, Row, Standings

NOW = 1000.0
TOP: list[Row] = [(2, 1, 900), (10, 2, 800), (1, 2, 800)]
"""Equals go by the bytes of their ids, the highest first: "10" is above "1"."""


def board() -> Standings:
    """Three who stand still, and five who climb: 20 to 24, of whom 24 has nothing yet."""
    return Standings({2: 900, 10: 800, 1: 800, 20: 100, 21: 90, 22: 80, 23: 80, 24: 0}, TOP)


PAGE = Reading(NOW, 10, [*TOP, (20, 4, 100), (21, 5, 90), (23, 6, 80), (22, 6, 80)], 21, 90, (5, 90))


def wrong(standings: Standings, reading: Reading, now: float = NOW) -> list[str]:
    return list(standings.judge(reading, now))


def test_the_truth_is_right_before_and_after_an_award_comes_to_the_board() -> None:
    """While a submission is under way, and for a while after, both boards are right; later only the newer one is."""
    standings = board()
    assert wrong(standings, PAGE) == []
    standings.send(22, 15)
    newer = replace(PAGE, rows=[*TOP, (20, 4, 100), (22, 5, 95), (21, 6, 90), (23, 7, 80)], mine=(6, 90))
    assert wrong(standings, PAGE) == wrong(standings, newer) == []
    assert list(standings.acknowledge(22, 95, NOW)) == []
    assert wrong(standings, PAGE) == wrong(standings, newer) == []
    later = NOW + HORIZON_SECONDS
    assert wrong(standings, replace(newer, started=later), later) == []
    assert wrong(standings, replace(PAGE, started=later), later)


def test_a_total_that_was_not_sent_is_seen() -> None:
    """An acknowledgement must tell the sum, neither less nor more."""
    standings = board()
    standings.send(20, 10)
    assert list(standings.acknowledge(20, 100, NOW))


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param(replace(PAGE, rows=PAGE.rows[:-1]), id="short"),
        pytest.param(replace(PAGE, rows=[*TOP, (21, 4, 90), (23, 5, 80), (22, 5, 80)], limit=6), id="without one"),
        pytest.param(replace(PAGE, rows=[*PAGE.rows[1:], (24, 7, 10)]), id="without the first"),
        pytest.param(replace(PAGE, rows=[TOP[0], TOP[2], TOP[1], *PAGE.rows[3:]]), id="equals in the other order"),
        pytest.param(replace(PAGE, rows=[*PAGE.rows[:-1], (22, 7, 80)]), id="equals with two ranks"),
        pytest.param(replace(PAGE, rows=[*PAGE.rows[:4], (21, 5, 91), *PAGE.rows[5:]]), id="more than was sent"),
        pytest.param(replace(PAGE, rows=[*PAGE.rows[:-1], (99, 6, 80)]), id="a stranger"),
        pytest.param(replace(PAGE, rows=[*PAGE.rows[:-1], PAGE.rows[-2]]), id="somebody twice"),
        pytest.param(replace(PAGE, floor=95), id="own XP before the last award"),
        pytest.param(replace(PAGE, limit=0, rows=[], mine=(4, 90)), id="own rank too good"),
        pytest.param(replace(PAGE, limit=0, rows=[], mine=(0, 0)), id="off the board"),
        pytest.param(replace(PAGE, mine=(6, 90)), id="own rank not as shown"),
    ],
)
def test_each_lie_is_seen(lie: Reading) -> None:
    """Whatever is missing, doubled, out of order or counted wrong."""
    assert wrong(board(), lie)
