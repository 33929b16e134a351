"""One request and its answer, as ASGI has them."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog
from starlette.types import ASGIApp, Message, Scope

from scout_os.core.server.answers import ENDING, FAILED, STATUS_LINES, ServerAnswer

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HELD_BYTES = 64 * 1024
"""The application is called when the body is complete, or when this many bytes of it have arrived."""
_BODILESS = frozenset({204, 304})
_OURS = frozenset({b"connection", b"transfer-encoding", b"content-length"})
"""Headers that are not just passed on."""
_COLON = b": "

log = structlog.get_logger(__name__)


class Line(Protocol):
    """What an exchange needs of its connection."""

    @property
    def default_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers of each answer."""

    def write(self, data: bytes) -> None:
        """Send, after what was sent before."""

    @property
    def writable(self) -> asyncio.Event | None:
        """Set when the client takes more; None while it does."""

    def adjust_reading(self) -> None:
        """Some of a body was taken."""

    def made(self, exchange: Exchange) -> None:
        """The answer is made, or there will be none."""

    def answered(self, exchange: Exchange) -> None:
        """The answer is complete."""

    def failed(self, exchange: Exchange, answer: ServerAnswer) -> None:
        """The application has ended without a complete answer: send this one, if none was begun."""


class Exchange:
    __slots__ = (
        "_chunked",
        "_gave_all",
        "_left",
        "_line",
        "_news",
        "answered",
        "arrived",
        "body",
        "complete",
        "early",
        "expects_continue",
        "gone",
        "keep_alive",
        "scope",
        "started",
        "work",
    )

    def __init__(self, line: Line, scope: Scope, *, keep_alive: bool, expects_continue: bool) -> None:
        self._line = line
        self.scope = scope
        self.keep_alive = keep_alive
        self.expects_continue = expects_continue
        self.early = False
        """The application is asked before the body is here."""
        self.body = bytearray()
        """What has arrived of the body and was not taken yet."""
        self.arrived = 0
        """So much has arrived since the deadline for the body was set, if somebody waits for it."""
        self.complete = False
        """The whole request has arrived."""
        self._gave_all = False
        self.started = False
        self.answered = False
        self.gone = False
        """Nobody waits for the answer any more."""
        self.work: int | None = None
        """Counted as load."""
        self._chunked = False
        self._left: int | None = None
        """Bytes of the answer's body to come; None: until the connection is closed, or in chunks."""
        self._news: asyncio.Event | None = None

    def add(self, data: bytes) -> None:
        if not self.answered and not self.gone:
            self.body += data
            self.arrived += len(data)
            self.early = self.early or len(self.body) > HELD_BYTES
            self.notify()

    def notify(self) -> None:
        if self._news is not None:
            self._news.set()

    def leave(self) -> None:
        """Nobody waits for the answer any more."""
        self.gone = True
        self.notify()

    def forgo_body(self) -> None:
        """An answer is made. If the client waits for 100-continue, the body may come or not, so nothing can follow it."""
        if self.expects_continue and not self.complete:
            self.keep_alive = False

    async def run(self, app: ASGIApp) -> None:
        instead = FAILED
        try:
            await app(self.scope, self.receive, self.send)
            if not self.answered and not self.gone:
                log.error("request_unanswered", path=self.scope["path"])
        except asyncio.CancelledError:  # the server ends, and has waited for as long as it may
            instead = ENDING
            raise
        except Exception as error:
            if not self.answered:
                log.exception("request_failed", path=self.scope["path"], exc_info=error)
        finally:
            self._line.made(self)
            if not self.answered and not self.gone:
                self._line.failed(self, instead)

    async def receive(self) -> Message:
        if self.expects_continue and not self.started and not self.gone:
            self.expects_continue = False
            self._line.write(CONTINUE)
        while not self.gone and not self.answered:
            if self.body or (self.complete and not self._gave_all):
                body, self.body, self._gave_all = bytes(self.body), bytearray(), self.complete
                self._line.adjust_reading()
                return {"type": "http.request", "body": body, "more_body": not self.complete}
            if self._news is None:
                self._news = asyncio.Event()
            self._news.clear()
            await self._news.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self._line.writable is not None:
            await self._line.writable.wait()
        if self.gone:
            return
        if self.answered or message["type"] != ("http.response.body" if self.started else "http.response.start"):
            raise RuntimeError(f"{message['type']} is not what comes next in an answer")
        if not self.started:
            self._line.write(self._head(message["status"], message.get("headers", ())))
            self.started = True
            self._line.made(self)
        else:
            self._send_body(message.get("body", b""), more=message.get("more_body", False))

    def _head(self, status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
        """The status line and the headers. How the body is delimited and what becomes of the connection is decided here."""
        length: int | None = None
        lines = [STATUS_LINES[status]]
        lines.extend(map(_COLON.join, self._line.default_headers))
        for header in headers:
            name, value = header
            if name in _OURS:
                if name == b"connection":
                    self.keep_alive = self.keep_alive and b"close" not in value.lower()
                    continue
                if name == b"transfer-encoding":
                    continue
                length = int(value)
            lines.append(_COLON.join(header))
        if self.scope["method"] == "HEAD" or status in _BODILESS:
            self._left = 0
        elif length is not None:
            self._left = length
        elif self.scope["http_version"] == "1.1":
            self._chunked = True
            lines.append(b"transfer-encoding: chunked")
        else:
            self.keep_alive = False
        self.forgo_body()
        if not self.keep_alive:
            lines.append(b"connection: close")
        lines.append(b"\r\n")
        head = b"\r\n".join(lines)
        if not head.count(b"\n") == head.count(b"\r") == len(lines) or b"\0" in head:
            raise RuntimeError("a header of the answer has a line break in it")
        return head

    def _send_body(self, body: bytes, *, more: bool) -> None:
        if self._chunked:
            framed = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            self._line.write(framed if more else framed + b"0\r\n\r\n")
        elif self._left is None:
            self._line.write(body)
        elif self.scope["method"] != "HEAD":
            self._left -= len(body)
            if self._left < 0 or (self._left > 0 and not more):
                raise RuntimeError("the answer's body is not as long as its head says")
            self._line.write(body)
        if not more:
            self.answered = True
            self.notify()
            self._line.answered(self)
