"""A client of HTTP/1.1 that costs little: on two cores, a hundred thousand reads must leave room for the service."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

KEEP_SECONDS = 3.0
"""A connection idle for longer may be closed by the server at any moment."""
PATIENCE_SECONDS = 10.0

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class RawClient:
    """Requests to one host over connections that are kept. Each raises `OSError` or `TimeoutError` if nobody answered."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._address = (parts.hostname, parts.port)
        self._idle: list[tuple[float, Connection]] = []

    async def get(self, path: str, token: str | None = None) -> tuple[int, bytes]:
        return await self._request(_head("GET", path, token))

    async def post(
        self, path: str, token: str, body: bytes = b"", *, key: str | None = None, seconds: float = PATIENCE_SECONDS
    ) -> tuple[int, bytes]:
        """Status and body; `body` is JSON."""
        head = _head("POST", path, token) + f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        if key is not None:
            head += f"idempotency-key: {key}\r\n"
        return await self._request(head, body, seconds)

    def close(self) -> None:
        for _, (_, writer) in self._idle:
            writer.close()
        self._idle.clear()

    async def _request(self, head: str, body: bytes = b"", seconds: float = PATIENCE_SECONDS) -> tuple[int, bytes]:
        async with asyncio.timeout(seconds):
            connection = await self._connect()
            reader, writer = connection
            try:
                writer.write(head.encode() + b"\r\n" + body)
                answer = await _read_answer(reader)
            except BaseException as error:
                writer.close()
                if isinstance(error, asyncio.IncompleteReadError):
                    raise ConnectionResetError("closed before the answer") from error
                raise
            self._idle.append((time.monotonic(), connection))
        return answer

    async def _connect(self) -> Connection:
        """The connection used last, or a new one."""
        while self._idle:
            used, connection = self._idle.pop()
            if used > time.monotonic() - KEEP_SECONDS and not connection[1].is_closing():
                return connection
            connection[1].close()
        return await asyncio.open_connection(*self._address)


def _head(method: str, path: str, token: str | None) -> str:
    head = f"{method} /api/v1{path} HTTP/1.1\r\nhost: test\r\n"
    return head if token is None else f"{head}authorization: Bearer {token}\r\n"


async def _read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    place = head.index(b"\r\ncontent-length:") + 17
    body = await reader.readexactly(int(head[place : head.index(b"\r\n", place)]))
    return int(head[9:12]), body
