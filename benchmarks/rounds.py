"""Variants are measured in turns, forth and back (A B C C B A), so that a machine that drifts favours none of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from benchmarks.accounting import Cpu
from benchmarks.bootstrap import Interval, median_interval


@dataclass(frozen=True, slots=True)
class Window:
    """One measured stretch of load: `count` operations that did what they should, `in_time` of them within `seconds`."""

    count: int
    in_time: int
    seconds: float
    cpu: Cpu
    longest: float = 0.0
    """How long the slowest of them took."""
    bad: Mapping[str, int] = field(default_factory=dict)

    @property
    def throughput(self) -> float:
        return self.in_time / self.seconds

    @property
    def each(self) -> Cpu:
        """CPU seconds an operation."""
        return self.cpu / self.count

    def without(self, other: Window) -> Window:
        """The same without the cost of what ran beside it, which `other` measured alone."""
        beside = other.cpu / (other.seconds / self.seconds)
        return replace(self, cpu=self.cpu - beside)


Variants = Mapping[str, Callable[[], Window]]
Series = dict[str, list[Window]]
"""The windows of each variant, in the order in which they were measured; those of one place belong together."""
Measure = Callable[[Window], float]


def measure_in_turns(variants: Variants, rounds: int, tell: Callable[[str], None]) -> Series:
    """`rounds` times forth and back: two windows a round for each variant."""
    series: Series = {name: [] for name in variants}
    for number in range(rounds):
        for names in (list(variants), list(variants)[::-1]):
            for name in names:
                tell(f"round {number + 1} of {rounds}: {name}")
                series[name].append(variants[name]())
    return series


def ratio(series: Series, one: str, other: str, measure: Measure) -> Interval:
    """How `one` compares to `other`: the median of the ratios of windows that belong together."""
    return compare(series[one], series[other], measure, measure)


def compare(ones: Sequence[Window], others: Sequence[Window], one: Measure, other: Measure) -> Interval:
    """The same where the two are measured by different things."""
    pairs = [(one(a), other(b)) for a, b in zip(ones, others, strict=True)]
    return median_interval([a / b for a, b in pairs if b])


def pooled_ratio(series: Series, one: str, other: str, part: Callable[[Cpu], float]) -> float:
    """CPU of `one` over that of `other`, all windows together: for what is small beside the kernel's tick of 10 ms."""
    each = [sum(part(w.cpu) for w in series[name]) / sum(w.count for w in series[name]) for name in (one, other)]
    return each[0] / each[1] if each[1] else math.nan


def level(windows: Sequence[Window], measure: Measure) -> Interval:
    """The median of a measure itself."""
    return median_interval([measure(window) for window in windows])


def typical(windows: Sequence[Window], measure: Measure) -> float:
    return median(measure(window) for window in windows)


def throughput(window: Window) -> float:
    return window.throughput


def cpu(window: Window) -> float:
    return window.each.total


def cpu_a_second(window: Window) -> float:
    return window.cpu.total / window.seconds


def service_cpu(window: Window) -> float:
    return window.each.service


def postgres_cpu(window: Window) -> float:
    return window.each.postgres


def longest(window: Window) -> float:
    return window.longest


def redis_cpu(window: Window) -> float:
    return window.each.redis
