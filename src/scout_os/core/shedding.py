"""Load shedding: under overload, requests are refused before any work is done for them.

Each accepted request delays all the others, until every answer is too late. So once the event loop has been late for
`LATE_TICKS` (more to compute than time; waiting for a store does not make it late), at most `IN_WORK` requests run at once.
The rest are refused, at a fraction of their cost, until no request had to be refused for `CALM_SECONDS`. A burst is served
completely, because it ends before the loop has been late for that long.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Collection

from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from scout_os.core.bulkhead import Overloaded
from scout_os.core.edge import IN_THE_API
from scout_os.core.hangup import HangupProtocol
from scout_os.core.problems import problem_body

IN_WORK = 128
"""Enough for the largest batch of the group commit while the previous one is written."""
TICK_SECONDS = 0.025
LATE_SECONDS = 0.03
LATE_TICKS = 6
CALM_SECONDS = 1.0

LOAD = "load"
"""The key of `Load` in the application's lifespan state."""


def _refusal(*more: tuple[bytes, bytes]) -> bytes:
    body = json.dumps(problem_body(Overloaded.code, Overloaded.status, Overloaded.detail)).encode()
    headers = (
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", b"1"),
        *IN_THE_API.items(),
        *more,
    )
    return b"".join((STATUS_LINE[Overloaded.status], *(b"%b: %b\r\n" % header for header in headers), b"\r\n", body))


_REFUSAL = _refusal()
_LAST_REFUSAL = _refusal((b"connection", b"close"))


class Load:
    """Whether this process is overloaded. Times are monotonic seconds.

    Only paths that begin with `prefix` count, except those in `lasting`, whose answers are streams.
    """

    def __init__(
        self, prefix: str, lasting: Collection[str] = (), monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._prefix = prefix
        self._lasting = lasting
        self._monotonic = monotonic
        self._present = 0
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
        self._late_ticks = self._late_ticks + 1 if late_seconds > LATE_SECONDS else 0
        if self._late_ticks >= LATE_TICKS:
            self._shed_until = self._monotonic() + CALM_SECONDS

    def counts(self, scope: HTTPScope) -> bool:
        """Whether a request is counted, and may be refused. (HEAD is not: its refusal would have no body.)"""
        path = scope["path"]
        return path.startswith(self._prefix) and path not in self._lasting and scope["method"] != "HEAD"

    def enter(self) -> bool:
        """Whether one more request may run. If so, call `leave` once it is answered."""
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

    def leaving(self, app: ASGI3Application) -> ASGI3Application:
        """The application for one request, which calls `leave` at its end."""

        async def answer(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
            try:
                await app(scope, receive, send)
            finally:
                self.leave()

        return answer


class SheddingProtocol(HangupProtocol):
    """Counts running requests, and refuses those that `Load` does not admit before a task is created for them."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        load: Load | None = self.app_state.get(LOAD)
        if load is None or not load.counts(cycle.scope):
            super()._start_asgi_task(cycle, app)
        elif load.enter():
            super()._start_asgi_task(cycle, load.leaving(app))
        else:
            self.transport.write(_REFUSAL if cycle.keep_alive else _LAST_REFUSAL)
            if not cycle.keep_alive:
                self.transport.close()
            cycle.response_complete = True  # so the rest of its body is dropped
            self.on_response_complete()
