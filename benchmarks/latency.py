"""Latencies in buckets one percent wide: small to send, exact enough to judge, and those of several processes add up."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

_WIDTH = math.log(1.01)
_LEAST_SECONDS = 1e-6


class Latencies:
    """How many answers took how long."""

    def __init__(self, buckets: Mapping[int, int] | None = None) -> None:
        self.buckets: Counter[int] = Counter(buckets or {})

    def add(self, seconds: float) -> None:
        self.buckets[math.ceil(math.log(max(seconds, _LEAST_SECONDS) / _LEAST_SECONDS) / _WIDTH)] += 1

    def quantile(self, share: float) -> float:
        """So many seconds or less took `share` of the answers (the bucket's upper end); not a number without answers."""
        left = math.ceil(share * self.buckets.total())
        for bucket in sorted(self.buckets):
            left -= self.buckets[bucket]
            if left <= 0:
                return _LEAST_SECONDS * math.exp(bucket * _WIDTH)
        return math.nan


def merged(parts: Iterable[Latencies]) -> Latencies:
    """All of them together."""
    whole = Latencies()
    for part in parts:
        whole.buckets.update(part.buckets)
    return whole
