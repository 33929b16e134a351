"""Parses what arrives on a connection into requests, each with a head of bounded size."""

from __future__ import annotations

from typing import Any, Final, Protocol
from urllib.parse import unquote

import httptools
from starlette.types import Scope

from scout_os.core.edge import header_lines
from scout_os.core.server.answers import BAD_REQUEST, HEAD_TOO_LARGE, ServerAnswer
from scout_os.core.server.exchange import HELD_BYTES, Exchange

MAX_HEAD_BYTES = 16 * 1024
MAX_HEADERS = 100
MAX_LENGTH_DIGITS = 18

HEAD: Final = "head"
BODY: Final = "body"
IDLE: Final = "idle"
"""What is waited for: the rest of a head, the rest of a body, or the next request."""


class Refused(Exception):
    """What arrived is not a valid request; holds the answer that says so."""

    def __init__(self, answer: ServerAnswer) -> None:
        super().__init__()
        self.answer = answer


class Owner(Protocol):
    """The connection, as the reader sees it."""

    @property
    def reads_on(self) -> bool:
        """Whether there may be further requests."""

    def new_exchange(self, scope: Scope, *, keep_alive: bool, expects_continue: bool) -> Exchange:
        """A request whose head is complete."""

    def completed(self, exchange: Exchange) -> None:
        """The whole request has arrived."""


class RequestReader:
    """The parser of one connection. `constant` is what the scopes of its requests have in common."""

    def __init__(self, owner: Owner, constant: dict[str, Any]) -> None:
        self._owner = owner
        self._constant = constant
        self._root_path: str = constant["root_path"]
        self._raw_root_path = self._root_path.encode("ascii")
        self._parser = httptools.HttpRequestParser(self)
        self.stage = HEAD
        self.incoming: Exchange | None = None
        """The request whose body is arriving."""
        self._url = b""
        self.headers: list[tuple[bytes, bytes]] = []
        """Of the present request, as far as they have arrived."""
        self._fed = 0
        self._unclaimed = 0
        """At most so many bytes belong to the present head, or to what is no body behind it …"""
        self._shared = 0
        """… and all of them but these: they came in one piece with what was before."""

    def feed(self, data: bytes) -> None:
        """Parse the next data. Raises `Refused`, `Handshake`."""
        if self.stage is IDLE:
            self.stage, self._unclaimed, self._shared = HEAD, 0, 0  # even if only empty lines arrive
        while data and self._owner.reads_on:
            self._fed = len(data)
            self._unclaimed += self._fed
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as pause:
                data = self._decline_upgrade(data[pause.args[0] :])
                continue
            except httptools.HttpParserError as error:
                if not self._owner.reads_on:
                    return  # it is what follows a last request
                cause = error.__context__
                raise cause if isinstance(cause, Refused) else Refused(BAD_REQUEST) from None
            if self._unclaimed - self._shared > MAX_HEAD_BYTES:
                raise Refused(HEAD_TOO_LARGE)
            return

    # Called by the parser

    def on_message_begin(self) -> None:
        if not self._owner.reads_on:
            raise Refused(BAD_REQUEST)  # nobody sees it
        self.stage = HEAD
        self._url = b""
        self.headers = []

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.stage is HEAD:  # otherwise it is a trailer
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        # The head is measured only if enough bytes have arrived.
        too_long = self._unclaimed > MAX_HEAD_BYTES and self._head_size() > MAX_HEAD_BYTES
        if too_long or len(self.headers) > MAX_HEADERS:
            raise Refused(HEAD_TOO_LARGE)
        version = self._parser.get_http_version()
        method = self._parser.get_method()
        if version not in ("1.1", "1.0") or method == b"CONNECT":
            raise Refused(BAD_REQUEST)
        if not self._parser.should_upgrade():
            self.incoming = self._exchange(version, method)
            self.stage = BODY

    def on_body(self, body: bytes) -> None:
        self._claim()
        if self.incoming is not None:
            self.incoming.add(body)

    def on_message_complete(self) -> None:
        self._claim()
        exchange, self.incoming = self.incoming, None
        if exchange is not None:  # none if it asks for an upgrade
            self.stage = IDLE
            exchange.complete = True
            exchange.notify()
            self._owner.completed(exchange)

    def _claim(self) -> None:
        self._unclaimed = self._shared = self._fed

    def _exchange(self, version: str, method: bytes) -> Exchange:
        raw_path, query = _target(self._url)
        path = raw_path.decode("ascii")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": version,
            "scheme": "http",
            "method": method.decode("ascii"),
            "path": self._root_path + (unquote(path) if "%" in path else path),
            "raw_path": self._raw_root_path + raw_path,
            "query_string": query,
            "headers": self.headers,
            **self._constant,
        }
        length = hosts = 0
        expects_continue = False
        for name, value in self.headers:
            if name == b"content-length":
                if len(value) > MAX_LENGTH_DIGITS:
                    raise Refused(BAD_REQUEST)
                length = int(value)
            elif name == b"expect" and version == "1.1":
                expects_continue = value.lower() == b"100-continue"
            elif name == b"host":
                hosts += 1
            elif name == b"transfer-encoding" and value.strip().lower() != b"chunked":
                raise Refused(BAD_REQUEST)  # the parser takes any list that ends in this word
        if hosts > 1 or (hosts == 0 and version == "1.1"):
            raise Refused(BAD_REQUEST)
        exchange = self._owner.new_exchange(
            scope,
            keep_alive=version == "1.1" and self._parser.should_keep_alive(),
            expects_continue=expects_continue,
        )
        exchange.early = expects_continue or length > HELD_BYTES
        return exchange

    def _decline_upgrade(self, rest: bytes) -> bytes:
        """Ignore an upgrade to a protocol that we do not speak; returns what the parser is to read instead.

        The parser does not read the body of an upgrade, so it gets the head once more without `Upgrade`.
        """
        method, version = self._parser.get_method(), self._parser.get_http_version().encode()
        self._unclaimed = self._shared = 0
        self._parser = httptools.HttpRequestParser(self)  # the present one takes no more after `Connection: close`
        return self._head(method, version, [header for header in self.headers if header[0] != b"upgrade"]) + rest

    def _head(self, method: bytes, version: bytes, headers: list[tuple[bytes, bytes]]) -> bytes:
        return b"%b %b HTTP/%b\r\n%b\r\n" % (method, self._url, version, header_lines(headers))

    def _head_size(self) -> int:
        return len(self._url) + sum(len(name) + len(value) for name, value in self.headers)


def _target(url: bytes) -> tuple[bytes, bytes]:
    """Path and query of a request's target."""
    if url.startswith(b"/") and b"#" not in url:
        path, _, query = url.partition(b"?")
        return path, query
    parsed = httptools.parse_url(url)
    return parsed.path or b"/", parsed.query or b""
