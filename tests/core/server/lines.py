"""Connections on which anything can be sent, and a small application behind the service's HTTP server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from scout_os.cli.serve import server_config

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for other, value in self.headers if other == name]

    def __getitem__(self, name: str) -> str:
        (value,) = self.all(name)
        return value


class Wire:
    """A client's end of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, *pieces: bytes) -> None:
        """Each piece in a packet of its own."""
        for piece in pieces:
            self.writer.write(piece)
            await asyncio.sleep(0.02)

    async def answer(self, method: str = "GET") -> Answer:
        """The next answer, the end of which is known by its framing."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            line, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip().split("\r\n")
            headers = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines)]
            answer = Answer(int(line.split()[1]), headers, b"")
            if method == "HEAD" or answer.status < 200 or answer.status in (204, 304):
                return answer
            if answer.all("transfer-encoding"):
                assert answer["transfer-encoding"] == "chunked"
                body = b""
                while size := int(await self.reader.readline(), 16):
                    body += await self.reader.readexactly(size)
                    await self.reader.readexactly(2)
                await self.reader.readexactly(2)
            elif answer.all("content-length"):
                body = await self.reader.readexactly(int(answer["content-length"]))
            else:
                body = await self.reader.read()
            return Answer(answer.status, headers, body)

    async def rest(self, seconds: float = PATIENCE_SECONDS) -> bytes:
        """All that comes until the server closes or resets; fails if it does neither in time."""
        came = b""
        with suppress(ConnectionError):
            async with asyncio.timeout(seconds):
                while data := await self.reader.read(65536):
                    came += data
        return came


@asynccontextmanager
async def wire(port: int, *, receive_buffer: int | None = None) -> AsyncIterator[Wire]:
    """A connection for the block. With a small `receive_buffer`, what is not read soon stays with the server."""
    connection = socket.socket()
    if receive_buffer is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=connection)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()


def request(target: str = "/", *headers: str, method: str = "GET", version: str = "1.1", body: bytes = b"") -> bytes:
    return "\r\n".join((f"{method} {target} HTTP/{version}", "Host: x", *headers, "", "")).encode("latin-1") + body


@dataclass(frozen=True)
class Served:
    port: int
    server: uvicorn.Server

    def held(self) -> int:
        """How many connections the server holds."""
        return len(self.server.server_state.connections)


@asynccontextmanager
async def serving(app: ASGIApp, *, keep_alive_seconds: int = 75) -> AsyncIterator[Served]:
    """The application on the service's HTTP server."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        config = server_config(app, keep_alive_seconds=keep_alive_seconds)
        config.timeout_graceful_shutdown = 1
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        yield Served(listener.getsockname()[1], server)
        server.should_exit = True
        await task


LARGE = 1_000_000
SIZES = {"/large": LARGE, "/medium": 20_000}
"""More than this process keeps for a client, and so little that the kernel takes it at once."""
HELLO = "Content-Length: 5"
DEADLINE = 0.5
"""What the deadlines of a head, a body and an answer are set to, in seconds, where a test waits for one of them."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Says what was asked, and knows a few odd paths."""
    if scope["type"] != "http":
        return
    asked = Request(scope, receive)
    path = scope["path"]
    if path == "/early":
        await Response(status_code=413)(scope, receive, send)
        return
    body = await asked.body()
    answer: Response = PlainTextResponse(f"{scope['method']} {path} {body.decode()}")
    if path in SIZES:
        answer = PlainTextResponse("x" * SIZES[path])
    elif path == "/stream":
        answer = StreamingResponse(_pieces(), headers={"connection": "keep-alive"}, media_type="text/plain")
    elif path == "/headers":
        answer = PlainTextResponse(b" ".join(name for name, _ in scope["headers"]))
    elif path == "/slow":
        await asyncio.sleep(DEADLINE * 3)
    elif path == "/silent":
        return
    elif path == "/last":
        await asyncio.sleep(DEADLINE)
        answer.headers["connection"] = "close"
    elif path == "/fails":
        raise RuntimeError(path)
    elif path == "/split":
        answer.raw_headers.append((b"x-name", b"a\r\nset-cookie: b"))
    elif path == "/short":
        answer.headers["content-length"] = "99"
    await answer(scope, receive, send)


async def _pieces() -> AsyncIterator[bytes]:
    for piece in (b"one", b"two"):
        yield piece
