"""What is made of the measured ratios."""

from __future__ import annotations

import math
import random

from benchmarks.accounting import Cpu
from benchmarks.bootstrap import median_interval
from benchmarks.rounds import Window, measure_in_turns, ratio, throughput

ROUNDS = 300


def test_the_interval_holds_the_true_median_as_often_as_it_says() -> None:
    """Of many samples with a known median, about 95 % of the intervals hold it, and the width shrinks with the sample."""
    draw = random.Random(1)
    held = 0
    widths = {15: 0.0, 60: 0.0}
    for number in range(ROUNDS):
        for size in widths:
            interval = median_interval([draw.lognormvariate(0, 0.2) for _ in range(size)], seed=number)
            assert interval.low <= interval.median <= interval.high
            widths[size] += interval.high - interval.low
            held += interval.low <= 1.0 <= interval.high
    assert 0.9 < held / (2 * ROUNDS) < 0.99
    assert widths[60] < 0.7 * widths[15]


def test_of_no_values_nothing_is_known() -> None:
    """Not a number, instead of an end to the whole run."""
    assert math.isnan(median_interval([]).median)


def test_a_machine_that_slows_down_favours_nobody() -> None:
    """Variants of the same speed, measured in turns on a machine that gets slower all the time, come out as equals."""
    speed = 1000.0

    def window() -> Window:
        nonlocal speed
        speed *= 0.95
        return Window(int(speed), int(speed), 1.0, Cpu(1, 0, 0))

    told: list[str] = []
    series = measure_in_turns({"one": window, "other": window}, 2, told.append)
    assert [line.split(": ")[1] for line in told] == ["one", "other", "other", "one"] * 2
    assert abs(ratio(series, "one", "other", throughput).median - 1) < 0.01


def test_the_cost_of_what_ran_beside_is_taken_off_by_its_length() -> None:
    """Half a window's worth of the background comes off a window half as long."""
    alone = Window(400, 400, 2.0, Cpu(1.0, 0.5, 0.2))
    both = Window(1000, 1000, 1.0, Cpu(0.9, 0.45, 0.2))
    rest = both.without(alone).cpu
    assert [round(value, 6) for value in (rest.service, rest.postgres, rest.redis)] == [0.4, 0.2, 0.1]
