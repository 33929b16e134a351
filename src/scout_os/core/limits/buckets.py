"""Counters in this process: one instant a key says all (the generic cell rate algorithm)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from scout_os.core.limits.rules import Rule

MAX_KEYS = 100_000

_ROUNDING = 1e-6

Claim = tuple[Rule, str]
"""What is asked for, and by whom."""


class Buckets:
    """Admits claims of up to `burst` at once. A key's instant is when all that it took will be refilled."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic, max_keys: int = MAX_KEYS) -> None:
        self._monotonic = monotonic
        self._max_keys = max_keys
        self._full_at: dict[tuple[str, str], float] = {}

    def take(self, claims: Sequence[Claim]) -> float:
        """Take one of each, or of none: 0, or the seconds after which it may work."""
        waits = [self.take_one(rule, who) for rule, who in claims]
        wait = max(waits)
        if wait:
            self.give_back([claim for claim, waited in zip(claims, waits, strict=True) if not waited])
        return wait

    def take_one(self, rule: Rule, who: str, *, share: int = 1) -> float:
        """The same for one claim, for the hottest requests. `share`: how many workers refill together."""
        now = self._monotonic()
        key = (rule.name, who)
        at = max(self._full_at.get(key, now), now)
        cost = rule.interval * share
        wait = at - now - (rule.burst - 1) * cost
        if wait > 0:
            return wait
        if len(self._full_at) >= self._max_keys:
            self._forget(now)
        self._full_at[key] = at + cost
        return 0.0

    def room(self, rule: Rule, who: str) -> tuple[int, float]:
        """How many are left, and the seconds after which there is one."""
        now = self._monotonic()
        ahead = max(self._full_at.get((rule.name, who), now) - now, 0.0)
        left = rule.seconds - ahead
        return int(left / rule.interval + _ROUNDING), max(rule.interval - left, 0.0)

    def charge(self, claims: Sequence[Claim]) -> None:
        """Take one of each; of an empty bucket, none."""
        for rule, who in claims:
            self.take_one(rule, who)

    def give_back(self, claims: Sequence[Claim]) -> None:
        for rule, who in claims:
            at = self._full_at.get((rule.name, who))
            if at is not None:
                self._full_at[rule.name, who] = at - rule.interval

    def _forget(self, now: float) -> None:
        """Make room: first those who took nothing for long, else the half that came first."""
        kept = {key: at for key, at in self._full_at.items() if at > now}
        if len(kept) > self._max_keys // 2:
            kept = dict(list(kept.items())[-self._max_keys // 2 :])
        self._full_at = kept
