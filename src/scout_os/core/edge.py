"""What every answer carries: the id of its request, and headers that keep browsers and old clients to what it is."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scout_os.core.seals import TIME_SEAL

EVERYWHERE: dict[bytes, bytes] = {
    b"strict-transport-security": b"max-age=31536000; includeSubDomains",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
}
IN_THE_API: dict[bytes, bytes] = {
    **EVERYWHERE,
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cross-origin-resource-policy": b"same-site",
}
JSON = b"application/json"
JSON_UTF8 = b"application/json; charset=utf-8"
"""JSON is always UTF-8, but HTTP stacks of clients in the field read an answer without a charset as Latin-1."""
MAX_REQUEST_ID = 64
_TIME_SEAL = TIME_SEAL.lower().encode()
SLOW_SECONDS = 1.0

log = structlog.get_logger(__name__)
_level = logging.getLogger(__name__)


class Edge:
    """ASGI middleware: adds these headers unless an answer sets them itself (the stricter ones under `prefix`).

    `fast` are routes that are found here, by method and exact path, without a search through all of them.
    `time_seal` tells the sealed time for answers under `prefix`.
    It also gives each request an id (the caller's `X-Request-ID` if it is sane), and logs the requests that deserve a line.
    """

    def __init__(
        self,
        app: ASGIApp,
        prefix: str,
        fast: Mapping[tuple[str, str], ASGIApp],
        time_seal: Callable[[], bytes | None],
    ) -> None:
        self._app = app
        self._time_seal = time_seal
        self._fast = fast
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        wanted = IN_THE_API if scope["path"].startswith(self._prefix) else EVERYWHERE
        started = answered = time.monotonic()
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status, answered = message["status"], time.monotonic()  # what follows may be a stream of hours
                added = dict(wanted)
                added[b"x-request-id"] = request_id.encode()
                if wanted is IN_THE_API and (seal := self._time_seal()) is not None:
                    added[_TIME_SEAL] = seal
                headers: list[tuple[bytes, bytes]] = []
                for name, value in message["headers"]:
                    added.pop(name, None)
                    headers.append((name, JSON_UTF8 if name == b"content-type" and value == JSON else value))
                headers.extend(added.items())
                message["headers"] = headers
            await send(message)

        try:
            await self._fast.get((scope["method"], scope["path"]), self._app)(scope, receive, send_with_headers)
        finally:
            seconds = (answered if answered > started else time.monotonic()) - started
            # Ordinary answers are counted, not logged: at full load a line each would cost more than the answer.
            # Nor are refusals while a store is away: the change of state is logged where it is noticed, once.
            if (status >= 500 and status != 503) or seconds > SLOW_SECONDS:
                log.warning("request", **_facts(scope, status, seconds))
            elif _level.isEnabledFor(logging.DEBUG):
                log.debug("request", **_facts(scope, status, seconds))


def _facts(scope: Scope, status: int, seconds: float) -> dict[str, object]:
    return {"method": scope["method"], "path": scope["path"], "status": status, "ms": round(seconds * 1000, 1)}


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            if len(value) <= MAX_REQUEST_ID and value.isascii() and value.replace(b"-", b"").isalnum():
                return str(value, "ascii")
            break
    return uuid4().hex
