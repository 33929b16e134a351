"""Requests that are too long, too slow, or not what HTTP is."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest

from tests.service import Service

SUBMIT = "/api/v1/training/progress/submit"

HEADS = [
    (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 20_000 + b"\r\n\r\n", b"431"),
    (b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X-Many: 1\r\n" * 200 + b"\r\n", b"431"),
    (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"431"),
    (b"GET /" + b"x" * 20_000, b"431"),
    (b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"0" * 5000 + b"5\r\n\r\nhello", b"400"),
    (b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"0" * 500 + b"5\r\n\r\nhello", b"400"),
    (b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"x" * 20_000, b"431"),
    (b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
    (
        b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"400",
    ),
    (b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", b"400"),
    (b"POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", b"400"),
    (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Folded: a\r\n b\r\n\r\n", b"400"),
    (b"GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n", b"400"),
    (b"GET /healthz HTTP/1.1\nHost: x\n\n", b"400"),
    (b"GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n", b"400"),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"400"),
]
"""And the status each gets."""


async def test_a_head_that_is_too_long_or_ambiguous(service: Service) -> None:
    """What two servers might read differently, and what has no end, is refused in our own shape and hung up on."""
    for head, status in HEADS:
        answer = await raw(service, head)
        assert answer.startswith(b"HTTP/1.1 " + status), (head[:60], answer[:200])
        assert b'"success": false' in answer
        assert b"connection: close" in answer.lower()


async def test_a_long_head_behind_another_request(service: Service) -> None:
    """A request that is sent along with the one before has no longer a head than others may, however it is cut in pieces."""
    first, long = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", HEADS[0][0]
    for pieces in ([first + long], [first + long[:100], long[100:]], [first + long[:-4], long[-4:]]):
        reader, writer = await connect(service)
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.05)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        assert b"HTTP/1.1 431" in answer, answer[:200]


async def test_a_head_that_trickles(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends a head or a body byte by byte, or nothing at all, is hung up on; whoever waits for an answer is not."""
    monkeypatch.setattr("scout_os.core.server.connection.HEAD_SECONDS", 0.5)
    monkeypatch.setattr("scout_os.core.server.connection.BODY_SECONDS", 0.5)
    started = b"POST " + SUBMIT.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    kept = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    tricklers: list[tuple[bytes, bytes]] = [
        (b"", b""),
        (started, b"X"),
        (started + b"Content-Length: 50\r\n\r\n{", b" "),
        (started + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", b"1\r\n \r\n"),
        (kept, b"\r\n"),
        (kept + b"GET /", b"x"),
    ]
    ends = await asyncio.gather(*(trickle(service, first, more) for first, more in tricklers))
    assert [b"408" in end for end in ends] == [True] * len(tricklers)
    async with service.client() as client:
        for _ in range(3):
            assert (await client.get("/training/sections")).status_code == 200
            await asyncio.sleep(0.7)  # an idle connection is no slow request


async def test_an_old_client_of_the_stream(service: Service) -> None:
    """HTTP/1.0 knows no chunks: it gets the events as they are, and one word about the connection."""
    reader, writer = await connect(service)
    writer.write(b"GET /api/v1/leaderboard/stream HTTP/1.0\r\n\r\n")
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).lower()
    first = await asyncio.wait_for(reader.readuntil(b"\n\n"), 10)
    writer.close()
    assert head.count(b"\nconnection:") == head.count(b"\nconnection: close") == 1
    assert b"transfer-encoding" not in head
    assert first.startswith((b":", b"event: board\n"))


async def raw(service: Service, request: bytes) -> bytes:
    """All that comes back until the service hangs up."""
    reader, writer = await connect(service)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


async def trickle(service: Service, first: bytes, more: bytes) -> bytes:
    """Send `first`, then `more` again and again; what came back until the service hung up."""
    reader, writer = await connect(service)
    writer.write(first)
    read = asyncio.ensure_future(all_that_came(reader))
    deadline = time.monotonic() + 15
    while not read.done():
        assert time.monotonic() < deadline, first
        writer.write(more)
        await asyncio.sleep(0.1)
    writer.close()
    return read.result()


async def all_that_came(reader: asyncio.StreamReader) -> bytes:
    """What came until the service hung up, also where a byte sent after that was answered with a reset."""
    came = b""
    with suppress(ConnectionResetError):
        while data := await reader.read(65536):
            came += data
    return came


async def connect(service: Service) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which anything can be sent."""
    host, port = service.url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))
