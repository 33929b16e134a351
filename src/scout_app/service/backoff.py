"""How long to wait before trying again."""

from __future__ import annotations

import random

FIRST_SECONDS = 0.5
MOST_SECONDS = 30.0
MOST_ASKED_SECONDS = 60.0
"""A service that asks for more patience than this is asked again all the same."""


def pause(tries: int, *, asked: float | None = None, most: float = MOST_SECONDS) -> float:
    """Seconds before the next try after `tries` failed ones (at least 1): doubling, with jitter, never below what was asked."""
    doubled = min(most, FIRST_SECONDS * 2.0 ** min(tries - 1, 10))
    jittered = doubled * random.uniform(0.7, 1.0)  # noqa: S311 - spreads load, guards nothing
    return max(jittered, min(asked or 0.0, MOST_ASKED_SECONDS))
