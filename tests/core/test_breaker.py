"""When a failing part is left alone, and when it is asked again."""

from __future__ import annotations

from scout_os.core.breaker import Breaker, State
from tests.clock import MovableClock


def test_five_failures_in_a_row_open_it_and_a_successful_probe_closes_it() -> None:
    """Closed, open, one probe after about a second, closed again; each change of state is told once."""
    clock = MovableClock()
    states: list[State] = []
    breaker = Breaker(monotonic=clock.monotonic, on_change=states.append)
    for _ in range(5):
        assert breaker.allow()
        breaker.failed()
    assert not breaker.allow()
    clock.move(seconds=1.21)
    assert breaker.allow()
    breaker.succeeded()
    assert breaker.allow()
    assert states == ["open", "half_open", "closed"]


def test_while_open_no_more_than_one_probe_a_second_goes_through() -> None:
    """However many ask: about one probe a second, whether it fails or never comes back."""
    clock = MovableClock()
    breaker = Breaker(monotonic=clock.monotonic)
    for _ in range(5):
        breaker.failed()
    probes = 0
    for step in range(1000):
        clock.move(seconds=0.01)
        if breaker.allow():
            probes += 1
            if step % 2:
                breaker.failed()
    assert 8 <= probes <= 13


def test_half_of_twenty_calls_failing_opens_it_without_five_in_a_row() -> None:
    """A part that fails every other call is left alone too; old calls do not count."""
    clock = MovableClock()
    breaker = Breaker(monotonic=clock.monotonic)
    for _ in range(9):
        breaker.failed()
        breaker.succeeded()
    assert breaker.state == "closed"
    clock.move(seconds=10)
    for _ in range(9):
        breaker.failed()
        breaker.succeeded()
    breaker.succeeded()
    assert breaker.allow()
    breaker.failed()
    assert not breaker.allow()
