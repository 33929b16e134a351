"""A reverse proxy that shows a service below a prefix, as nginx and its like do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

NOT_MINE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@asynccontextmanager
async def proxied(url: str, prefix: str, *, strips: bool) -> AsyncIterator[str]:
    """The address of a proxy that passes on what is below `prefix`, and nothing else; `strips` takes the prefix away."""
    host, port = url.removeprefix("http://").split(":")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            line, _, fields = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")
            method, path, version = line.decode().split(" ")
            if not f"{path}/".startswith(f"{prefix}/"):
                writer.write(NOT_MINE)
            else:
                upstream_reader, upstream_writer = await asyncio.open_connection(host, int(port))
                passed = (path.removeprefix(prefix) or "/") if strips else path
                kept = [field for field in fields.split(b"\r\n") if not field.lower().startswith(b"connection: keep")]
                closing = [] if b"upgrade:" in fields.lower() else [b"Connection: close"]
                added = [b"X-Forwarded-For: 192.0.2.7", b"X-Forwarded-Proto: https"]
                lines = [f"{method} {passed} {version}".encode(), *added, *closing, *kept]
                upstream_writer.write(b"\r\n".join(lines))
                await asyncio.gather(pass_on(reader, upstream_writer), pass_on(upstream_reader, writer))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """All that comes, until the end or until nobody takes it."""
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.close()
