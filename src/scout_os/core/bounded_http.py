"""uvicorn's HTTP protocol with limits on what precedes the application: the size of a request's head, and the time
that head and body may take to arrive."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from scout_os.core.problems import problem_body

MAX_HEAD_BYTES = 16 * 1024
MAX_HEADERS = 100
HEAD_SECONDS = 10.0
"""From the start of the connection, or the first byte of a further request, to the end of the head."""
BODY_SECONDS = 30.0
"""From the end of the head to the end of the body: as long as the existing clients wait for an answer."""

Stage = Literal["head", "body", "complete"]


class HeadTooLong(Exception):
    """Stops the parser."""


class BoundedProtocol(HttpToolsProtocol):
    """Refuses heads that are too long, and closes connections whose requests arrive too slowly.

    A request that arrives in one piece, as nearly all do, needs no timer.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._stage: Stage = "head"
        self._timed: Stage = "complete"
        """The stage that the deadline belongs to."""
        self._deadline: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._seen_bytes = 0
        """At most this many bytes belong to the present head. Bytes of an earlier request in the same piece are included."""
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the base class has it
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stage = "complete"
        self._watch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if self._stage == "complete":
            self._seen_bytes = 0
            if self.cycle is not None and self.cycle.response_complete:
                self._stage = "head"  # even if only empty lines arrive
                self._head_bytes = 0
        self._head_bytes += len(data)
        self._seen_bytes += len(data)
        super().data_received(data)
        if self._stage == "head" and self._head_bytes > MAX_HEAD_BYTES:
            with suppress(HeadTooLong):
                self._refuse_head()
        if self._timed is not self._stage:
            self._watch()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._stage = "head"

    def on_headers_complete(self) -> None:
        # Measure the head only if enough bytes have arrived.
        if self._seen_bytes > MAX_HEAD_BYTES and self._head_size() > MAX_HEAD_BYTES:
            self._refuse_head()
        if len(self.headers) > MAX_HEADERS:
            self._refuse_head()
        self._stage = "body"
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stage = "complete"
        self._head_bytes = 0
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._stage = "complete"  # no further requests follow on this connection
        self._watch()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - we have our own message
        self._refuse(HTTPStatus.BAD_REQUEST, "bad_request", "The request is not valid HTTP.")

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _refuse_head(self) -> None:
        self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "head_too_large", "The request's head is too long.")
        raise HeadTooLong

    def _watch(self) -> None:
        """Restart the deadline, for the present stage."""
        self._timed = self._stage
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if self._stage != "complete":
            seconds = HEAD_SECONDS if self._stage == "head" else BODY_SECONDS
            self._deadline = self.loop.call_later(seconds, self._too_late)

    def _too_late(self) -> None:
        self._refuse(HTTPStatus.REQUEST_TIMEOUT, "request_too_slow", "The request did not arrive in time.")

    def _refuse(self, status: HTTPStatus, code: str, detail: str) -> None:
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        is_answering = self.cycle is not None and not self.cycle.response_complete and self.cycle.response_started
        if not is_answering:  # otherwise this would be written into the middle of an answer
            body = json.dumps(problem_body(code, status, detail)).encode()
            head = (
                f"HTTP/1.1 {status} {status.phrase}\r\ncontent-type: application/json; charset=utf-8\r\n"
                f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
        self.transport.close()
