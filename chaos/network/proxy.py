"""A TCP proxy that does to connections what networks do, in a thread of its own, steered while it runs."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from typing import Literal, Protocol
from urllib.parse import urlsplit

PIECE = 65536
State = Literal["open", "down", "half_open", "held"]


class Wire(Protocol):
    """What a proxy that understands a protocol does with the bytes of one connection."""

    def from_client(self, data: bytes) -> tuple[bytes, bytes]:
        """What goes on to the server, and what the proxy answers by itself."""

    def from_server(self, data: bytes) -> tuple[bytes, bool]:
        """What goes on to the client, and whether the connection is reset after it."""


class Plain:
    """Understands nothing and passes everything on."""

    def from_client(self, data: bytes) -> tuple[bytes, bytes]:
        return data, b""

    def from_server(self, data: bytes) -> tuple[bytes, bool]:
        return data, False


@dataclass
class Toxics:
    """What is wrong with the network now. Each field may be set from any thread and holds from the next piece on."""

    state: State = "open"
    """`down`: connections are reset, new ones too. `half_open`: all is accepted, nothing is ever answered, and that the
    server is gone is not told either: who uses such a connection later, when the network is back, has it reset. `held`:
    what is sent waits, and goes on when the network is open again.
    """
    latency: float = 0.0
    """Seconds that each piece waits, in each direction."""
    jitter: float = 0.0
    """Up to so many seconds more."""
    swallow: bool = False
    """What is sent vanishes; connections stay open."""
    slices: bool = False
    """What the server says arrives in packets of one byte."""
    limit_data: int | None = None
    """Connections are reset after so many bytes from the server."""
    reset: float = 0.0
    """Probability with which a piece from the server resets the connection instead."""

    def clear(self) -> None:
        for item in fields(self):
            setattr(self, item.name, item.default)


@dataclass(eq=False)
class _Link:
    wire: Wire
    draw: random.Random
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter | None = None
    received: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class Proxy:
    """Listens on a port of its own and passes on to the server at `target`. All draws come from `seed`."""

    def __init__(
        self,
        target: str,
        *,
        seed: int = 0,
        wire: Callable[[random.Random], Wire] = lambda _: Plain(),
        abrupt: bool = True,
    ) -> None:
        """`abrupt`: connections that are cut are reset, rather than closed."""
        self.toxics = Toxics()
        self.connections = 0
        """How many were begun."""
        parts = urlsplit(target)
        assert parts.port is not None
        self._address = (parts.hostname, parts.port)
        self._door = socket.create_server(("127.0.0.1", 0), backlog=512)
        netloc = f"{parts.netloc.removesuffix(f':{parts.port}')}:{self._door.getsockname()[1]}"
        self.url = parts._replace(netloc=netloc).geturl()
        """The server's address, through this proxy."""
        self._seed = seed
        self._wire = wire
        self._abrupt = abrupt
        self._links: set[_Link] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def start(self) -> None:
        """Listen, and return when connections are accepted."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)

    def stop(self) -> None:
        """Reset all connections and be gone."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def shut(self) -> None:
        """Refuse new connections and reset those there are."""
        self.toxics.state = "down"
        self.reset_all()

    def reset_all(self) -> None:
        """Reset every connection that is open now."""
        self._loop.call_soon_threadsafe(self._reset_links)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, sock=self._door, backlog=512)

    async def _end(self) -> None:
        self._server.close()
        tasks = [task for link in self._links for task in link.tasks]
        self._reset_links()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _reset_links(self) -> None:
        for link in list(self._links):
            self._reset(link)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        draw = random.Random(f"{self._seed}:{self.connections}")
        link = _Link(self._wire(draw), draw, writer)
        self._links.add(link)
        if self.toxics.state == "down":
            self._reset(link)
            return
        if self.toxics.state != "half_open":
            try:
                answers, link.server = await asyncio.open_connection(*self._address)
            except OSError:
                self._reset(link)
                return
            link.tasks.add(asyncio.ensure_future(self._down(link, answers)))
        link.tasks.add(asyncio.ensure_future(self._up(link, reader)))

    async def _up(self, link: _Link, source: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while data := await source.read(PIECE):
                if not await self._passes(link):
                    continue
                if link.server is None:
                    self._reset(link)
                    return
                onward, answer = link.wire.from_client(data)
                link.server.write(onward)
                link.client.write(answer)
                await link.server.drain()
        self._close(link)

    async def _down(self, link: _Link, source: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while data := await source.read(PIECE):
                if not await self._passes(link):
                    continue
                onward, cut = link.wire.from_server(data)
                onward, cut = self._limited(link, onward, cut)
                await self._write(link.client, onward)
                if cut:
                    self._reset(link)
                    return
        if self.toxics.state == "half_open" and link.server is not None:
            link.server.close()
            link.server = None
            return
        self._close(link)

    async def _passes(self, link: _Link) -> bool:
        toxics = self.toxics
        if toxics.latency or toxics.jitter:
            await asyncio.sleep(toxics.latency + toxics.jitter * link.draw.random())
        while toxics.state == "held":  # noqa: ASYNC110 - fields are set from other threads, which cannot set an event
            await asyncio.sleep(0.01)
        if toxics.state == "down":
            self._reset(link)
        return toxics.state == "open" and not toxics.swallow

    def _limited(self, link: _Link, data: bytes, cut: bool) -> tuple[bytes, bool]:
        toxics = self.toxics
        if toxics.reset and link.draw.random() < toxics.reset:
            return data[: link.draw.randrange(len(data) + 1)], True
        link.received += len(data)
        if toxics.limit_data is not None and link.received > toxics.limit_data:
            return data[: toxics.limit_data - link.received], True
        return data, cut

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        if not self.toxics.slices:
            writer.write(data)
            await writer.drain()
            return
        for place in range(len(data)):
            writer.write(data[place : place + 1])
            await asyncio.sleep(0)

    def _close(self, link: _Link, *, abrupt: bool = False) -> None:
        """Drop the connection; with a RST if `abrupt`: what the peer has not read yet is lost."""
        self._links.discard(link)
        for writer in filter(None, (link.client, link.server)):
            if not abrupt:
                writer.close()
            elif not writer.transport.is_closing():
                sock: socket.socket = writer.get_extra_info("socket")
                with suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()

    def _reset(self, link: _Link) -> None:
        self._close(link, abrupt=self._abrupt)
        for task in link.tasks:
            if task is not asyncio.current_task():
                task.cancel()


@contextmanager
def proxied(
    target: str,
    *,
    seed: int = 0,
    wire: Callable[[random.Random], Wire] = lambda _: Plain(),
) -> Iterator[Proxy]:
    proxy = Proxy(target, seed=seed, wire=wire)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
