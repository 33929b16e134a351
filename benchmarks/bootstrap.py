"""The median of a few ratios, and how far it can be trusted."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

DRAWS = 4000
OUTSIDE = 0.025
"""Left out on each side: what remains are 95 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A median with its 95 % interval."""

    median: float
    low: float
    high: float


def median_interval(values: Sequence[float], *, seed: int = 1) -> Interval:
    """The median of `values` with its bootstrap interval (percentiles of the medians of resamples); nan of none."""
    if not values:
        return Interval(math.nan, math.nan, math.nan)
    draw = random.Random(seed)
    medians = sorted(median(draw.choices(values, k=len(values))) for _ in range(DRAWS))
    return Interval(median(values), medians[int(DRAWS * OUTSIDE)], medians[int(DRAWS * (1 - OUTSIDE)) - 1])
