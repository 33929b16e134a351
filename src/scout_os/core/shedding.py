"""Load shedding: what cannot be done in time is refused before any work is put into it.

Under overload every request that is taken in makes all the others later, until none is in time. So when the event loop has
been late for a while (there is more to compute than there is time; waiting for a store does not make it late), no more than
`IN_WORK` requests are let in at once, and the rest are refused at a fraction of what they would cost, until for `CALM_SECONDS`
nobody had to be. A burst, however large, is over before the loop has been late for that long: all of it is served.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from scout_os.core.gate import Overloaded
from scout_os.core.hardening import IN_THE_API
from scout_os.core.problems import problem_body

IN_WORK = 128
"""Enough for the largest batch of a group commit, while the one before is being written."""
TICK_SECONDS = 0.025
LATE_SECONDS = 0.03
LATE_TICKS = 6
CALM_SECONDS = 1.0

_BODY = json.dumps(problem_body(Overloaded.code, Overloaded.status, Overloaded.detail)).encode()
_HEADERS = (
    (b"content-type", b"application/json; charset=utf-8"),
    (b"content-length", str(len(_BODY)).encode()),
    (b"retry-after", b"1"),
    *IN_THE_API.items(),
)


class Load:
    """Whether this process has more to compute than time. Times are monotonic seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._present = 0
        self._late_ticks = 0
        self._shed_until = 0.0
        self.on_refused: Callable[[], None] = lambda: None
        """Called for each request that is refused."""

    async def watch(self) -> None:
        """Look for ever how late the event loop is."""
        while True:
            due = self._monotonic() + TICK_SECONDS
            await asyncio.sleep(TICK_SECONDS)
            self.tick(self._monotonic() - due)

    def tick(self, late_seconds: float) -> None:
        """Take note of how late the loop came back this time."""
        self._late_ticks = self._late_ticks + 1 if late_seconds > LATE_SECONDS else 0
        if self._late_ticks >= LATE_TICKS:
            self._shed_until = self._monotonic() + CALM_SECONDS

    def enter(self) -> bool:
        """Whether one more request may come in; then `leave` must be called when it is answered."""
        if self._present >= IN_WORK and self._shed_until > 0.0:
            now = self._monotonic()
            if now < self._shed_until:
                self._shed_until = now + CALM_SECONDS
                self.on_refused()
                return False
            self._shed_until = 0.0
        self._present += 1
        return True

    def leave(self) -> None:
        self._present -= 1


class Shedding:
    """ASGI middleware, outermost: counts the requests that begin with `prefix`, but for those whose answers last long."""

    def __init__(self, app: ASGIApp, load: Load, prefix: str, lasting: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._load = load
        self._prefix = prefix
        self._lasting = lasting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix) or scope["path"] in self._lasting:
            await self._app(scope, receive, send)
            return
        if not self._load.enter():
            await send({"type": "http.response.start", "status": Overloaded.status, "headers": list(_HEADERS)})
            await send({"type": "http.response.body", "body": _BODY})
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._load.leave()
