"""Counters of one process: bounded, and refilled as the limit says."""

from __future__ import annotations

from scout_os.core.limits.buckets import Buckets
from scout_os.core.limits.rules import Rule


def test_no_number_of_callers_fills_the_memory() -> None:
    """Counters of this process have a bound; who is over the limit and asks on is kept."""
    buckets = Buckets(max_keys=100)
    rule = Rule("any", 1, 3600)
    for n in range(1000):
        assert (buckets.take([(rule, str(n))]) if n % 2 else buckets.take_one(rule, str(n))) == 0
    assert len(buckets._full_at) <= 100
    assert buckets.take([(rule, "999")]) > 0


def test_workers_refill_their_part() -> None:
    """Each of four workers admits the whole burst, and refills a quarter of the rate."""
    now = 0.0
    buckets = Buckets(monotonic=lambda: now)
    rule = Rule("any", 10, 10)
    assert [buckets.take_one(rule, "me", share=4) for _ in range(11)] == [0] * 10 + [4.0]
    now = 4.0
    assert buckets.take_one(rule, "me", share=4) == 0
    assert buckets.take_one(rule, "me", share=4) == 4.0
