"""A circuit breaker: stops calling a part that keeps failing, and probes it about once a second."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable
from typing import Literal

State = Literal["closed", "open", "half_open"]
FAILURES_IN_A_ROW = 5
WINDOW_CALLS = 20
WINDOW_SECONDS = 5.0
PROBE_SECONDS = 1.0


class Breaker:
    """Opens after `FAILURES_IN_A_ROW`, or when half of at least `WINDOW_CALLS` calls in `WINDOW_SECONDS` failed.

    While open, it allows one probe every `PROBE_SECONDS` (± 20 %, so that workers do not probe in step). A successful
    probe closes the breaker. All times are monotonic seconds.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        on_change: Callable[[State], None] = lambda _: None,
    ) -> None:
        self._monotonic = monotonic
        self._on_change = on_change
        self._calls: deque[tuple[float, bool]] = deque(maxlen=1000)
        self._in_a_row = 0
        self._next_probe = 0.0
        self.state: State = "closed"

    def allow(self) -> bool:
        """Whether a call may be made now. While open, True means that this call is the probe."""
        if self.state == "closed":
            return True
        now = self._monotonic()
        if now < self._next_probe:
            return False
        self._schedule_probe(now)  # even if this probe never ends
        self._set("half_open")
        return True

    def succeeded(self) -> None:
        self._in_a_row = 0
        if self.state != "closed":
            self._calls.clear()
            self._set("closed")
        else:
            self._calls.append((self._monotonic(), True))

    def trip(self) -> None:
        """Open at once, because one failure was proof enough."""
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
        if self._in_a_row >= FAILURES_IN_A_ROW:
            return True
        while self._calls and self._calls[0][0] < now - WINDOW_SECONDS:
            self._calls.popleft()
        bad = sum(not ok for _, ok in self._calls)
        return len(self._calls) >= WINDOW_CALLS and bad * 2 >= len(self._calls)

    def _schedule_probe(self, now: float) -> None:
        self._next_probe = now + PROBE_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret

    def _set(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self._on_change(state)
