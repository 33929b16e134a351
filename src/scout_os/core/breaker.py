"""A circuit breaker: a part that keeps failing is left alone, and asked once a second whether it is back."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable
from typing import Literal

State = Literal["closed", "open", "half_open"]


class Breaker:
    """Opens after `failures` in a row, or when half of at least `window_calls` calls in `window_seconds` failed.

    While open, one probe is let through every `probe_seconds` (± 20 %, so that many workers do not knock at once);
    its success closes the breaker. All times are monotonic seconds.
    """

    def __init__(
        self,
        *,
        failures: int = 5,
        window_calls: int = 20,
        window_seconds: float = 5.0,
        probe_seconds: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
        on_change: Callable[[State], None] = lambda _: None,
    ) -> None:
        self._failures = failures
        self._window_calls = window_calls
        self._window_seconds = window_seconds
        self._probe_seconds = probe_seconds
        self._monotonic = monotonic
        self._on_change = on_change
        self._calls: deque[tuple[float, bool]] = deque(maxlen=1000)
        self._in_a_row = 0
        self._next_probe = 0.0
        self.state: State = "closed"

    def allow(self) -> bool:
        """Whether a call may be made now; in the open state this hands out the next probe."""
        if self.state == "closed":
            return True
        now = self._monotonic()
        if now < self._next_probe:
            return False
        self._schedule_probe(now)  # also if the probe's own answer never comes
        self._set("half_open")
        return True

    def succeeded(self) -> None:
        """Record that a call worked."""
        self._in_a_row = 0
        if self.state != "closed":
            self._calls.clear()
            self._set("closed")
        else:
            self._calls.append((self._monotonic(), True))

    def trip(self) -> None:
        """Open at once: what failed leaves no doubt."""
        self._schedule_probe(self._monotonic())
        self._set("open")

    def failed(self) -> None:
        """Record that a call failed or took too long."""
        now = self._monotonic()
        self._in_a_row += 1
        self._calls.append((now, False))
        if self.state == "half_open" or (self.state == "closed" and self._should_open(now)):
            self._schedule_probe(now)
            self._set("open")

    def _should_open(self, now: float) -> bool:
        if self._in_a_row >= self._failures:
            return True
        while self._calls and self._calls[0][0] < now - self._window_seconds:
            self._calls.popleft()
        bad = sum(not ok for _, ok in self._calls)
        return len(self._calls) >= self._window_calls and bad * 2 >= len(self._calls)

    def _schedule_probe(self, now: float) -> None:
        self._next_probe = now + self._probe_seconds * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret

    def _set(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self._on_change(state)
