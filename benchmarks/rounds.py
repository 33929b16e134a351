"""Variants are measured in turns, forth and back (A B C C B A), so that a machine that drifts favours none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.accounting import Cpu
from benchmarks.bootstrap import Interval, median_interval


@dataclass(frozen=True, slots=True)
class Window:
    """One measured stretch of load: `count` operations that did what they should."""

    count: int
    seconds: float
    cpu: Cpu
    bad: Mapping[str, int] = field(default_factory=dict)

    @property
    def throughput(self) -> float:
        return self.count / self.seconds

    @property
    def each(self) -> Cpu:
        """CPU seconds an operation."""
        return self.cpu / self.count

    def without(self, other: Window) -> Window:
        """The same without the cost of what ran beside it, which `other` measured alone."""
        beside = other.cpu / (other.seconds / self.seconds)
        return Window(self.count, self.seconds, self.cpu - beside, self.bad)


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
    return median_interval([one(a) / other(b) for a, b in zip(ones, others, strict=True)])


def level(windows: Sequence[Window], measure: Measure) -> Interval:
    """The median of a measure itself."""
    return median_interval([measure(window) for window in windows])


def typical(windows: Sequence[Window], measure: Measure) -> float:
    return median(measure(window) for window in windows)


def throughput(window: Window) -> float:
    return window.throughput


def cpu(window: Window) -> float:
    return window.each.total


def service_cpu(window: Window) -> float:
    return window.each.service


def postgres_cpu(window: Window) -> float:
    return window.each.postgres


def redis_cpu(window: Window) -> float:
    return window.each.redis
