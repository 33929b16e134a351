"""How streams of the board end, and who is not let in."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import AsyncExitStack, ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from scout_os.core.access_tokens import Tokens
from scout_os.core.clock import SystemClock
from scout_os.core.embedded.embedded_servers import discard
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.stream.viewers import StreamLimits
from tests.leaderboard.stream.watching import Reading, earn, has_metric, watching
from tests.process import ServeProcess
from tests.service import SECRET, Service, Truth, add_learners, serve, until


def short_token(service: Service, user_id: int, seconds: int) -> str:
    settings = service.settings
    return Tokens(
        key=SECRET.encode(),
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        lifetime=timedelta(seconds=seconds),
        clock=SystemClock(),
    ).issue(user_id)


async def test_a_stream_ends_with_its_token(service: Service, truth: Truth) -> None:
    """When the token has expired, the last event says so, the stream is closed, and the token opens one without an own rank."""
    (one,) = await add_learners(truth, 1)
    headers = {"Authorization": f"Bearer {short_token(service, one, 3)}"}
    async with httpx.AsyncClient(base_url=service.api, headers=headers, timeout=30) as client:
        async with watching(client) as stream:
            await stream.next()
            assert (await stream.next("end", seconds=3 + 5)).data == {"reason": "token_expired"}
            await stream.until_closed()
        async with watching(client) as public:
            assert (await public.next()).data["me"] is None


@pytest.mark.parametrize("ended", ["session", "user"])
async def test_a_stream_ends_with_its_session_or_its_user(service: Service, truth: Truth, ended: str) -> None:
    """Within five seconds after its token was logged out or its user disabled; other sessions keep theirs."""
    one, other = await add_learners(truth, 2)
    kept = {"Authorization": f"Bearer {short_token(service, one if ended == 'session' else other, 600)}"}
    async with (
        service.client(one) as client,
        httpx.AsyncClient(base_url=service.api, headers=kept, timeout=30) as another,
        watching(client) as stream,
        watching(another) as going_on,
    ):
        await stream.next()
        if ended == "session":
            assert (await client.post("/auth/logout")).status_code == 200
        else:
            await truth.execute("UPDATE users SET is_active = false WHERE id = $1", one)
        assert (await stream.next("end", seconds=5)).data == {"reason": "access_ended"}
        await stream.until_closed()
        assert not going_on.closed
        assert not going_on.count("end")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x"])
async def test_a_bad_limit_is_refused(service: Service, query: str) -> None:
    """As for the board itself, 422."""
    async with service.client() as client:
        assert (await client.get(f"/leaderboard/stream?{query}")).status_code == 422


async def test_streams_have_limits(service: Service, truth: Truth) -> None:
    """A learner's stream too many, an address' one too many and the process' one too many are refused with a time to wait."""
    one, other = await add_learners(truth, 2)
    viewers = service.services.streams.viewers
    assert viewers.limits == StreamLimits(user=40, address=100, total=5000)
    viewers.limits = StreamLimits(user=5, address=2, total=8)
    async with AsyncExitStack() as stack:
        mine = await stack.enter_async_context(service.client(one))
        others = await stack.enter_async_context(service.client(other))
        anybody = await stack.enter_async_context(service.client())
        for client, count in ((mine, 5), (anybody, 2)):
            for _ in range(count):
                await stack.enter_async_context(watching(client))
            refused = await client.get("/leaderboard/stream")
            assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
            assert int(refused.headers["Retry-After"]) > 0
        async with watching(others) as last:
            await last.next()
            refused = await others.get("/leaderboard/stream")
            assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
            assert int(refused.headers["Retry-After"]) > 0
        await until(lambda: has_metric(service, "scout_streams_open 7.0"), seconds=2)
    await until(lambda: has_metric(service, "scout_streams_open 0.0"), seconds=2)
    async with service.client(one) as client, watching(client) as stream:
        await stream.next()


async def test_who_does_not_read_is_dropped(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """Readers that take nothing are cut off when sending has waited too long, and nobody else's stream is late meanwhile."""
    ids = await add_learners(truth, 300)
    await truth.execute("UPDATE users SET total_xp = 1000 + id")
    with serve(packed_stores, tmp_path) as service, ExitStack() as stack:
        service.services.streams.send_seconds = 1.0
        for _ in range(10):
            stack.enter_context(sleeper(service))
        async with service.client() as anybody, watching(anybody, limit=100) as stream:
            await stream.next()
            await until(lambda: has_metric(service, "scout_streams_open 11.0"), seconds=5)
            began = time.monotonic()
            while not await has_metric(service, "scout_streams_dropped_total 10.0"):
                assert time.monotonic() < began + 40
                xp = await earn(service, (user := ids.pop()))
                assert (user, xp) in (await stream.next(seconds=2)).rows
            await until(lambda: has_metric(service, "scout_streams_open 1.0"), seconds=2)
            assert not stream.closed


def sleeper(service: Service) -> socket.socket:
    """A client that asks for a stream and never reads."""
    parts = urlsplit(service.api)
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect((parts.hostname, parts.port))
    client.sendall(f"GET {parts.path}/leaderboard/stream?limit=100 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return client


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_open_streams_do_not_keep_the_service_from_ending(tmp_path: Path, workers: str) -> None:
    """SIGTERM with streams open: each is told that the service ends, and it has ended within five seconds."""
    process = ServeProcess(tmp_path / "var", "--workers", workers)
    try:
        urls = process.wait_ready()
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=f"{urls.api_url}/api/v1", timeout=30))
            streams = [await opened(stack, client) for _ in range(20)]
            for stream in streams:
                await stream.next()
            began = time.monotonic()
            ended = asyncio.create_task(asyncio.to_thread(process.stop))
            for stream in streams:
                assert (await stream.next("end")).data == {"reason": "shutdown"}
                await stream.until_closed()
            assert await ended == 0
            assert time.monotonic() - began < 5
    finally:
        process.stop()
        discard(tmp_path / "var")


async def opened(stack: AsyncExitStack, client: httpx.AsyncClient) -> Reading:
    """A stream, as soon as the worker that takes the connection is ready."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await stack.enter_async_context(watching(client))
            except AssertionError:
                await asyncio.sleep(0.1)
