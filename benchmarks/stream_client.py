"""Thousands of streams read in one process, and attempts sent beside them: when is an award on its learner's stream?"""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Sequence
from typing import cast

from benchmarks.http_client import Connection, connect, request_bytes

_END = b"\n\n"
_OWN_XP = re.compile(rb'"me":\{.*?"my_rank":\{"rank":\d+,"xp":(\d+)')
_TOTAL = re.compile(rb'"total_xp":(\d+)')
_EARNED = re.compile(rb'"xp_earned":[1-9]')
SMALL_BUFFER = 4096
IDLE_SECONDS = 2.0
"""The service closes connections that have been idle for five seconds."""


class StreamReader(asyncio.Protocol):
    """An open stream: counts its events, and notes when its learner's XP were there."""

    def __init__(self) -> None:
        self.events = 0
        self.bytes = 0
        self.closed = False
        self.xp = -1
        self.delays: list[float] = []
        self._waiting: list[tuple[int, float]] = []
        self._received = bytearray()
        self.transport: asyncio.Transport | None = None

    def await_xp(self, xp: int, since: float) -> None:
        """Note how long after `since` the stream shows at least `xp`."""
        if self.xp >= xp:
            self.delays.append(time.perf_counter() - since)
        else:
            self._waiting.append((xp, since))

    @property
    def missing(self) -> int:
        """Awards that the stream has not shown."""
        return len(self._waiting)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.bytes += len(data)
        self._received += data
        end = self._received.rfind(_END)
        if end < 0:
            return
        for part in bytes(self._received[:end]).split(_END):
            if b"event: board" in part:
                self.events += 1
                found = _OWN_XP.search(part)
                if found:
                    self._shown(int(found[1]))
        del self._received[: end + len(_END)]

    def connection_lost(self, _: Exception | None) -> None:
        self.closed = True

    def _shown(self, xp: int) -> None:
        self.xp, now = xp, time.perf_counter()
        self.delays += [now - since for awaited, since in self._waiting if awaited <= xp]
        self._waiting = [(awaited, since) for awaited, since in self._waiting if awaited > xp]


async def open_stream(host: str, port: int, token: str) -> StreamReader:
    loop = asyncio.get_running_loop()
    transport, reader = await loop.create_connection(StreamReader, host, port)
    transport.write(request_bytes("GET", "/api/v1/leaderboard/stream?limit=50", host, token))
    return reader


def open_sleeper(host: str, port: int, token: str) -> socket.socket:
    """A stream that nobody reads."""
    sleeper = socket.socket()
    sleeper.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    sleeper.connect((host, port))
    sleeper.sendall(request_bytes("GET", "/api/v1/leaderboard/stream?limit=50", host, token))
    return sleeper


class Submitter:
    """Sends attempts over a few connections."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._free: list[tuple[float, Connection]] = []

    async def submit(self, token: str, body: str) -> int:
        """The learner's XP after a paid attempt."""
        since = time.monotonic() - IDLE_SECONDS
        self._free = [kept for kept in self._free if kept[0] > since and kept[1].is_open]
        connection = self._free.pop()[1] if self._free else await connect(self._host, self._port)
        request = request_bytes("POST", "/api/v1/training/progress/submit", self._host, token, body.encode())
        answer = await connection.request(request)
        self._free.append((time.monotonic(), connection))
        total = _TOTAL.search(answer.body)
        if answer.status != 200 or total is None or not _EARNED.search(answer.body):
            raise RuntimeError(f"not paid: {answer.status} {answer.body[:200]!r}")
        return int(total[1])

    def close(self) -> None:
        for _, connection in self._free:
            connection.close()


async def award_steadily(
    submitter: Submitter,
    attempts: Sequence[tuple[int, str, str]],
    rate: float,
    readers: Sequence[StreamReader] = (),
) -> None:
    """Send (number of the learner, token, body) at `rate` a second; each learner's reader waits for the XP."""
    began = time.perf_counter()
    jobs: set[asyncio.Task[None]] = set()

    async def one(number: int, token: str, body: str) -> None:
        since = time.perf_counter()  # before the commit: what is measured is more than what is promised
        total = await submitter.submit(token, body)
        if readers:
            readers[number].await_xp(total, since)

    for count, attempt in enumerate(attempts):
        await asyncio.sleep(max(0.0, began + count / rate - time.perf_counter()))
        jobs.add(asyncio.create_task(one(*attempt)))
    await asyncio.gather(*jobs)
