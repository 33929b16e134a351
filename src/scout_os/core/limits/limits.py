"""Limits as the rest of the service uses them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scout_os.core.limits.buckets import Buckets, Claim
from scout_os.core.limits.rules import Rule
from scout_os.core.limits.shared import SharedBuckets
from scout_os.core.problems import Problem


class TooManyRequests(Problem):
    """More than the limit; nothing was done. `Retry-After` says when to try again."""

    status = 429
    code = "too_many_requests"
    detail = "Terlalu banyak permintaan, coba lagi nanti (too many requests, try again later)"

    def __init__(self, wait: float) -> None:
        super().__init__(retry_after=max(1, math.ceil(wait)))


class Limits:
    """Counts in this process, and for the slower requests in Redis as well.

    Whoever is over the limit in either is refused. So a Redis that is away or flushed lets nobody have more than the
    limit of one worker times the workers, and refuses nobody. With `enabled` false nothing is counted.
    """

    def __init__(self, *, here: Buckets, shared: SharedBuckets, workers: int, enabled: bool) -> None:
        self._here = here
        self._shared = shared
        self._workers = workers
        self._enabled = enabled

    def admit(self, rule: Rule, who: str) -> None:
        """Count one in this process, without waiting for anything; raises `TooManyRequests`.

        The whole burst may come to one worker, which refills its part of what all workers refill.
        """
        if self._enabled:
            wait = self._here.take_one(rule, who, share=self._workers)
            if wait:
                raise TooManyRequests(wait)

    async def take(self, claims: Sequence[Claim]) -> None:
        """Count one of each rule, for all workers; raises `TooManyRequests`, and then none is counted."""
        if not self._enabled:
            return
        wait = self._here.take(claims)
        if wait:
            raise TooManyRequests(wait)
        wait_together = await self._shared.take(claims)
        if wait_together:
            self._here.give_back(claims)
            raise TooManyRequests(wait_together)
