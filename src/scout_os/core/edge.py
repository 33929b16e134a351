"""What every answer carries: the id of its request, and headers that keep browsers and old clients to what it is."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Collection, Mapping

import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scout_os.core.cors import Cors, RawHeaders
from scout_os.core.http import error_answer
from scout_os.core.seals import TIME_SEAL

EVERYWHERE: dict[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
}
IN_THE_API: dict[bytes, bytes] = {
    **EVERYWHERE,
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cross-origin-resource-policy": b"same-site",
}
HSTS = b"max-age=31536000"
JSON_UTF8 = b"application/json; charset=utf-8"
"""JSON is always UTF-8, but HTTP stacks of clients in the field read an answer without a charset as Latin-1."""
_JSON = (b"content-type", b"application/json")
_JSON_UTF8 = (b"content-type", JSON_UTF8)
MAX_REQUEST_ID = 64
_LINE = b"%b: %b\r\n".__mod__
_TIME_SEAL = TIME_SEAL.lower().encode()
SLOW_SECONDS = 1.0
ANSWER_HEADERS = "answer_headers"
"""The key of `AnswerHeaders` in the application's lifespan state."""

log = structlog.get_logger(__name__)
_level = logging.getLogger(__name__)


def below(root: str, path: str) -> str:
    """`path` without the prefix `root`, which some proxies take away and others leave."""
    if root and (path == root or path.startswith(f"{root}/")):
        return path[len(root) :] or "/"
    return path


def header_lines(headers: RawHeaders) -> bytes:
    """Headers as they are on the wire."""
    return b"".join(map(_LINE, headers))


class AnswerHeaders:
    """The headers that answers get: the stricter ones and the sealed time under `prefix`, and those that `cors` decides."""

    def __init__(
        self,
        *,
        prefix: str = "",
        cors: Cors | None = None,
        hsts_subdomains: bool = False,
        time_seal: Callable[[], bytes | None] = lambda: None,
    ) -> None:
        hsts = {b"strict-transport-security": HSTS + (b"; includeSubDomains" if hsts_subdomains else b"")}
        self._prefix = prefix
        self._in_the_api = {**IN_THE_API, **hsts}
        self._everywhere = {**EVERYWHERE, **hsts}
        self._time_seal = time_seal
        self._seal: bytes | None = None
        self._sealed = self._in_the_api
        self._lines_of: Mapping[bytes, bytes] | None = None
        self._lines = b""
        self.cors = cors or Cors(())

    def defaults(self, path: str) -> Mapping[bytes, bytes]:
        """What an answer to `path` carries unless it says otherwise."""
        if not path.startswith(self._prefix):
            return self._everywhere
        seal = self._time_seal()
        if seal is not self._seal:  # which lasts a second
            self._seal, self._sealed = seal, {**self._in_the_api, **({_TIME_SEAL: seal} if seal else {})}
        return self._sealed

    def completed(self, path: str, headers: RawHeaders) -> list[tuple[bytes, bytes]]:
        """The `headers` of an answer to `path`, and the defaults of those that are missing."""
        whole = [_JSON_UTF8 if header == _JSON else header for header in headers]
        names = [name for name, _ in whole]
        defaults = self.defaults(path)
        if defaults.keys().isdisjoint(names):
            whole.extend(defaults.items())
        else:
            whole.extend(default for default in defaults.items() if default[0] not in names)
        return whole

    def of_server(self, request_headers: RawHeaders) -> bytes:
        """The lines of an answer that the server gives itself, without the application."""
        defaults = self.defaults(self._prefix)
        if defaults is not self._lines_of:
            self._lines_of, self._lines = defaults, header_lines(defaults.items())
        return self._lines + header_lines(self.cors.headers(request_headers))


class Edge:
    """The outermost ASGI application: adds `headers` to answers, and answers errors that nobody else did.

    `find_fast` tells the route of a request that is found without a search through all of them.
    HEAD is answered as GET is, without the body; not so where GET does not end (`lasting`).
    It also gives each request an id (the caller's `X-Request-ID` if it is sane), and logs the requests that deserve a line.
    """

    def __init__(
        self,
        app: ASGIApp,
        headers: AnswerHeaders,
        find_fast: Callable[[Scope], ASGIApp | None],
        lasting: Collection[str],
    ) -> None:
        self._app = app
        self._find_fast = find_fast
        self._headers = headers
        self._lasting = lasting
        self._ids = random.Random()  # noqa: S311 - an id is no secret, and one from the kernel costs ten times as much

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _sent_id(scope) or f"{self._ids.getrandbits(128):032x}"
        structlog.contextvars.bind_contextvars(request_id=request_id)
        cors = self._headers.cors.headers(scope["headers"])
        if scope["method"] == "HEAD" and scope["path"] not in self._lasting:
            scope = {**scope, "method": "GET"}  # the server leaves the body out
        app = self._find_fast(scope) or self._app
        allowed = self._headers.cors.preflight(scope["method"], scope["headers"])
        if allowed is not None:
            app = preflight = Response()
            preflight.raw_headers.extend(allowed)
        started = answered = time.monotonic()
        status, begun = 500, False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, begun, answered
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                answered = time.monotonic()  # what follows may be a stream of hours
                headers = self._headers.completed(scope["path"], message["headers"])
                headers.append((b"x-request-id", request_id.encode()))
                headers.extend(cors)
                message["headers"] = headers
            await send(message)

        try:
            await app(scope, receive, send_with_headers)
        except asyncio.CancelledError:
            status = status if begun else 503  # the server ends, and says so
            raise
        except Exception as error:
            if begun:
                raise  # the server cuts off what was begun
            await error_answer(scope["path"], error)(scope, receive, send_with_headers)
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


def _sent_id(scope: Scope) -> str | None:
    """The request's id, if the caller sent one that is sane."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            is_sane = len(value) <= MAX_REQUEST_ID and value.isascii() and value.replace(b"-", b"").isalnum()
            return str(value, "ascii") if is_sane else None
    return None
