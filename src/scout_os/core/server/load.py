"""Load shedding: under overload, requests are refused before any work is done for them.

Each accepted request delays all the others, until every answer is too late. So once the event loop has been late for
`LATE_TICKS` (more to compute than time; waiting for a store does not make it late), at most `IN_WORK` requests run at once.
The rest are refused, at a fraction of their cost, as long as the loop is late. A burst is served completely, because it
ends before the loop has been late for that long.

A request is in work from the arrival of its whole body until its answer is made, and for a second or two at most: after
that, it waits for something else than this loop (a password hash, a picture, a store).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection

from scout_os.core.edge import below

IN_WORK = 128
"""Enough for the largest batch of the group commit while the previous one is written."""
TICK_SECONDS = 0.025
LATE_SECONDS = 0.03
LATE_TICKS = 6
STILL_LATE_SECONDS = 0.01
"""While refusing, less lateness is enough to go on, because refusing relieves the loop."""
CALM_SECONDS = 1.0
WORK_SECONDS = 1.0

LOAD = "load"
"""The key of `Load` in the application's lifespan state."""


class Load:
    """Whether this process is overloaded. Times are monotonic seconds.

    Only paths that begin with `prefix` count, except those in `lasting`, whose answers are streams; `root` may precede.
    """

    def __init__(
        self,
        prefix: str,
        lasting: Collection[str] = (),
        root: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = root
        self._prefix = prefix
        self._lasting = lasting
        self._monotonic = monotonic
        self._generation = 0
        self._young = self._old = 0
        """Requests in work that began in this generation, and in the one before."""
        self._ages_at = 0.0
        self._late_ticks = 0
        self._shed_until = 0.0
        self.on_refused: Callable[[], None] = lambda: None
        """Called for each request that is refused."""

    async def watch(self) -> None:
        while True:
            due = self._monotonic() + TICK_SECONDS
            await asyncio.sleep(TICK_SECONDS)
            self.tick(self._monotonic() - due)

    def tick(self, late_seconds: float) -> None:
        now = self._monotonic()
        if now >= self._ages_at:
            self._ages_at = now + WORK_SECONDS
            self._generation += 1
            self._young, self._old = 0, self._young
        self._late_ticks = self._late_ticks + 1 if late_seconds > LATE_SECONDS else 0
        still_late = late_seconds > STILL_LATE_SECONDS and now < self._shed_until
        if self._late_ticks >= LATE_TICKS or still_late:
            self._shed_until = now + CALM_SECONDS

    def counts(self, path: str) -> bool:
        """Whether requests for `path` count, and may be refused."""
        path = below(self._root, path)
        return path.startswith(self._prefix) and path not in self._lasting

    def admits(self) -> bool:
        """Whether one more request may run."""
        if self._young + self._old < IN_WORK or self._shed_until == 0.0:
            return True
        if self._monotonic() >= self._shed_until:
            self._shed_until = 0.0
            return True
        self.on_refused()
        return False

    def begin(self) -> int:
        """A request is in work from now on; give what this returns to `end`."""
        self._young += 1
        return self._generation

    def end(self, begun: int) -> None:
        if begun == self._generation:
            self._young -= 1
        elif begun == self._generation - 1:
            self._old -= 1
