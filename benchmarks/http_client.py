"""A small HTTP/1.1 client for load: one keep-alive connection, one request at a time, ready-made bytes.

It understands what our service sends: a status line and `content-length`, or 304 without a body. Anything else counts as
a lost connection.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import cast

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length:"
_NOT_MODIFIED = b"304"
"""An answer without a body, and perhaps without a length."""


class Lost(Exception):
    """The connection ended before the answer was whole."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


class Connection(asyncio.Protocol):
    """An open connection; `is_open` says whether it still is."""

    def __init__(self) -> None:
        self.is_open = False
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._whole = 0
        """How many bytes the answer has; 0 while its head is not there."""
        self._body_at = 0
        self._waiter: asyncio.Future[Answer] | None = None

    async def request(self, data: bytes) -> Answer:
        """Send the bytes of a request, and return its answer. Raises `Lost`."""
        if not self.is_open or self._transport is None:
            raise Lost
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(data)
        return await self._waiter

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is none by inheritance
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._whole and not self._read_head():
            return
        if len(self._received) >= self._whole:
            self._finish()

    def connection_lost(self, _: Exception | None) -> None:
        self.is_open = False
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(Lost())

    def _read_head(self) -> bool:
        end = self._received.find(_END_OF_HEAD)
        if end < 0:
            return False
        head = bytes(self._received[:end]).lower()
        at = head.find(_LENGTH)
        if at < 0 and head[9:12] != _NOT_MODIFIED:
            self.close()
            return False
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        self._body_at = end + len(_END_OF_HEAD)
        self._whole = self._body_at + length
        return True

    def _finish(self) -> None:
        answer = Answer(int(self._received[9:12]), bytes(self._received[self._body_at : self._whole]))
        del self._received[: self._whole]
        self._whole = 0
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(answer)


async def connect(host: str, port: int) -> Connection:
    """An open connection. Raises `OSError`."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, host, port)
    return connection


def request_bytes(
    method: str, path: str, host: str, token: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> bytes:
    """A whole request; with a body it is JSON."""
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    return head.encode() + b"\r\n" + body
