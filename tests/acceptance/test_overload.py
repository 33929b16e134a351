"""A rush, beside clients that take up room and do nothing: it passes, and everybody else is served again."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from scout_os.core.server import connection
from scout_os.core.store_urls import StoreUrls
from tests.core.server.lines import Wire, request, wire
from tests.service import Service, serve

IDLE = UNREAD = 140
HASHES = 60
RUSH_SECONDS = 3.0
RECOVERY_SECONDS = 5.0
LIGHT_SECONDS = 8.0
PAUSE_SECONDS = 0.05
"""Between the requests of light traffic."""
CROWD = 200
PATH = "/api/v1/training/sections/puk/path"
PASSWORD = "long-enough-for-us"


@pytest.fixture
def service(packed_stores: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Without limits, which a rush from one address would use up, and without deadlines, so that who stays does so."""
    monkeypatch.setattr(connection, "BODY_SECONDS", 600.0)
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 600.0)
    with serve(packed_stores, tmp_path, limits="off") as unlimited:
        yield unlimited


async def test_light_traffic_is_served_soon_after_a_rush_whoever_else_is_there(service: Service) -> None:
    """140 heads without bodies, 140 unread answers and 60 logins stay; five seconds after the rush 99 of 100 are served."""
    port = httpx.URL(service.url).port or 0
    async with AsyncExitStack() as stack, service.client() as client:
        account = {"name": "Budi", "username": "budi", "password": PASSWORD}
        assert (await client.post("/auth/register", json=account)).status_code == 201
        idle = await asyncio.gather(*(stack.enter_async_context(wire(port)) for _ in range(IDLE)))
        unread = await asyncio.gather(
            *(stack.enter_async_context(wire(port, receive_buffer=4096)) for _ in range(UNREAD))
        )
        await asyncio.gather(*(start_and_stall(line) for line in idle))
        await asyncio.gather(*(ask_and_stop_reading(line) for line in unread))
        await stack.enter_async_context(logging_in(service))
        rushed = await rush(port)
        assert rushed[200], "the rush was answered as well"
        await asyncio.sleep(RECOVERY_SECONDS)
        served = await light_traffic(client)
        assert not any(line.reader.at_eof() for line in idle), "they were to stay"
    assert served[200] >= 0.99 * served.total(), served


async def light_traffic(client: httpx.AsyncClient) -> Counter[int]:
    """One request after the other, with pauses; how they were answered."""
    statuses = Counter[int]()
    end = time.monotonic() + LIGHT_SECONDS
    while time.monotonic() < end:
        statuses[(await client.get("/training/sections")).status_code] += 1
        await asyncio.sleep(PAUSE_SECONDS)
    return statuses


async def start_and_stall(line: Wire) -> None:
    """The head of a login, and no body."""
    await line.send(
        request("/api/v1/auth/login", "Content-Type: application/json", "Content-Length: 50", method="POST")
    )


async def ask_and_stop_reading(line: Wire) -> None:
    """Ask for a large answer again and again, and read none."""
    line.writer.transport.pause_reading()  # type: ignore[attr-defined] # of TCP
    await line.send(request(PATH) * 30)


@asynccontextmanager
async def logging_in(service: Service) -> AsyncIterator[None]:
    """So many logins wait for their hash, for as long as the block lasts."""

    async def log_in() -> None:
        async with service.client() as client:
            while True:
                await client.post("/auth/login", json={"username": "budi", "password": PASSWORD})

    tasks = [asyncio.create_task(log_in()) for _ in range(HASHES)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def rush(port: int) -> Counter[int]:
    """Paths of a section, piled up on many connections; how they were answered."""
    statuses = Counter[int]()
    end = time.monotonic() + RUSH_SECONDS

    async def pile() -> None:
        async with wire(port) as line:
            while time.monotonic() < end:
                await line.send(request(PATH) * 16)
                for _ in range(16):
                    statuses[(await line.answer()).status] += 1

    await asyncio.gather(*(pile() for _ in range(CROWD)))
    return statuses
