"""What counts as cheating and what does not, decided from values alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scout_os.reviews.models import Graded, Payment, Traces
from scout_os.reviews.rules import ATTEMPTS_A_MINUTE, LEVELS_A_MINUTE, XP_A_MINUTE, review

START = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def graded(seconds: float, *, correct: int = 5, passed: bool = True, begun: float = 0) -> Graded:
    return Graded(at(begun), at(begun + seconds), at(begun + seconds), correct, passed)


def payment(done_at: datetime, xp: int, received_at: datetime | None = None) -> Payment:
    return Payment(done_at, received_at or done_at, xp)


def kinds(traces: Traces) -> set[str]:
    return {finding.kind for finding in review(traces)}


def test_an_eager_child_is_not_flagged() -> None:
    """A level every fifteen seconds, with a lost answer sent again at once, for two minutes: nothing odd."""
    payments = [payment(at(15 * n), 25) for n in range(8)] + [payment(at(106), 25)]
    attempts = [graded(9, begun=15 * n) for n in range(8)]
    assert review(Traces(payments, attempts)) == []
    assert review(Traces()) == []


@pytest.mark.parametrize(("seconds", "flagged"), [(4.9, True), (5.0, False), (0, True), (-3, True), (60, False)])
def test_passing_faster_than_reading(seconds: float, flagged: bool) -> None:
    """Five right answers within less than five seconds are flagged with the pace; failing as fast is not."""
    found = review(Traces(graded=[graded(seconds), graded(seconds, passed=False)]))
    assert [finding.kind for finding in found] == (["too_fast"] if flagged else [])
    if flagged:
        assert found[0].evidence == {"attempts": 1, "seconds_a_question": round(seconds / 5, 3)}
        assert found[0].at == at(seconds)


def test_more_xp_than_a_minute_of_learning_brings() -> None:
    """The ceiling holds for any minute, however it lies; at the ceiling nothing is flagged."""
    spread = [payment(at(61 * n), XP_A_MINUTE) for n in range(3)]
    assert kinds(Traces(spread)) == set()
    over = [*spread, payment(at(61 * 2 + 59), 1)]
    [finding] = review(Traces(over))
    assert (finding.kind, finding.at) == ("xp_rate", over[-1].at)
    assert finding.evidence == {"xp_a_minute": XP_A_MINUTE + 1}


def test_more_levels_than_a_minute_has_room_for() -> None:
    """One level more than allowed within a minute is a burst."""
    pace = 60 / (LEVELS_A_MINUTE + 1)
    assert kinds(Traces([payment(at(pace * n), 10) for n in range(LEVELS_A_MINUTE)])) == set()
    assert kinds(Traces([payment(at(pace * n), 10) for n in range(LEVELS_A_MINUTE + 1)])) == {"burst"}


def test_levels_without_a_pause_between_them() -> None:
    """Two levels at once may be a retry; four in a row, each within two seconds of the last, are a program."""
    assert kinds(Traces([payment(at(second), 10) for second in (0, 1, 20, 21, 22)])) == set()
    [finding] = review(Traces([payment(at(second), 10) for second in (0, 20, 21, 22.5, 23)]))
    assert (finding.kind, finding.evidence) == ("no_pause", {"levels_without_a_pause": 4})


def test_trying_by_program() -> None:
    """More graded attempts in a minute than anybody could answer, passed or not."""
    tries = [graded(1, passed=False, begun=4.5 * n) for n in range(ATTEMPTS_A_MINUTE + 1)]
    assert kinds(Traces(graded=tries[:-1])) == set()
    assert kinds(Traces(graded=tries)) == {"guessing"}


def test_what_was_done_without_a_network_is_judged_by_when_it_was_done() -> None:
    """Ten lessons of a day that arrive in one second are no cheat; ten of one second are, and the finding is of their arrival."""
    arrival = at(86_400)
    day = [payment(at(600 * n), 25, arrival) for n in range(10)]
    slow = [Graded(at(600 * n - 60), at(600 * n), arrival, 5, True) for n in range(20)]
    assert review(Traces(day, slow)) == []
    second = [payment(at(n / 10), 25, arrival) for n in range(10)]
    fast = [Graded(at(0), at(2), arrival, 5, True)]
    found = review(Traces(second, fast))
    assert {finding.kind for finding in found} == {"burst", "no_pause", "too_fast", "xp_rate"}
    assert {finding.at for finding in found if finding.kind != "too_fast"} == {arrival}
