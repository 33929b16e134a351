"""Load shedding: bursts and slow stores are borne, lasting overload is refused at once, and calm ends it."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scout_os.cli.serve import server_config
from scout_os.core.cors import Cors
from scout_os.core.edge import ANSWER_HEADERS, AnswerHeaders
from scout_os.core.server.load import (
    CALM_SECONDS,
    IN_WORK,
    LATE_SECONDS,
    LATE_TICKS,
    LOAD,
    STILL_LATE_SECONDS,
    WORK_SECONDS,
    Load,
)
from tests.clock import MovableClock
from tests.service import Service


def overloaded(clock: MovableClock | None = None, *, room: int = 0) -> Load:
    """As many as may be in work but for `room`, and a loop that has been late for long enough."""
    load = Load("/api/", lasting={"/api/stream"}, monotonic=(clock or MovableClock()).monotonic)
    for _ in range(LATE_TICKS):
        load.tick(LATE_SECONDS * 2)
    for _ in range(IN_WORK - room):
        load.begin()
    return load


def test_a_crowd_that_only_waits_and_a_burst_are_let_in() -> None:
    """A thousand at once while the loop is on time, or late for a moment only: nobody is refused."""
    load = Load("/api/", monotonic=MovableClock().monotonic)
    for _ in range(LATE_TICKS - 1):
        load.tick(1.0)
    for _ in range(500):
        load.begin()
    assert load.admits()
    load.tick(0.0)
    load.tick(1.0)
    assert load.admits()


def test_under_lasting_overload_as_many_come_in_as_go_out() -> None:
    """Late for long: one more is refused; one is answered, one may come."""
    load = overloaded()
    begun = load.begin()
    assert not load.admits()
    load.end(begun)
    assert not load.admits()
    load.end(begun)
    assert load.admits()


def test_it_lasts_as_long_as_the_loop_is_late() -> None:
    """A little lateness is enough for it to go on; refusals alone are not: a second on time, and all may come."""
    clock = MovableClock()
    load = overloaded(clock)
    for _ in range(10):
        clock.move(seconds=CALM_SECONDS / 2)
        load.tick(STILL_LATE_SECONDS * 2)
        for _ in range(IN_WORK):
            load.begin()
        assert not load.admits()
    for _ in range(2):
        assert not load.admits()
        clock.move(seconds=CALM_SECONDS / 2)
        load.tick(0.0)
    assert load.admits()


def test_who_waits_for_something_else_is_no_load() -> None:
    """Requests that are still here after seconds wait for a hash, a picture or a store: they take nobody's place."""
    clock = MovableClock()
    load = overloaded(clock)
    begun = load.begin()
    for _ in range(9):
        clock.move(seconds=WORK_SECONDS / 4)
        load.tick(LATE_SECONDS * 2)
    assert load.admits()
    for _ in range(IN_WORK):
        load.begin()
    assert not load.admits()
    load.end(begun)
    assert not load.admits()  # its place was given away long ago


def test_a_path_counts_below_a_prefix_as_without_it() -> None:
    """Behind a proxy that leaves the prefix, the same requests are counted."""
    load = Load("/api/", lasting={"/api/stream"}, root="/belajar")
    paths = ("/api/me", "/belajar/api/me", "/api/stream", "/belajar/api/stream", "/belajar/healthz", "/other/api/me")
    counted = [path for path in paths if load.counts(path)]
    assert counted == ["/api/me", "/belajar/api/me"]


async def test_a_refusal_is_a_503_in_the_one_shape_and_its_body_is_dropped(full_house: int) -> None:
    """Over one connection: a refusal with Retry-After, the answer to what lies elsewhere or lasts, and refusals again."""
    answers = await asked(full_house, SUBMIT, _get("/readyz"), _get("/api/stream"), SUBMIT + SUBMIT)
    assert [answer.status for answer in answers] == [503, 200, 200, 503, 503]
    refusal = answers[0]
    assert refusal.headers["retry-after"] == "1"
    assert refusal.headers["cache-control"] == "no-store"
    assert json.loads(refusal.body)["code"] == "overloaded"
    assert [answer.body for answer in answers[1:3]] == [b"served", b"served"]


async def test_a_refusal_closes_the_connection_if_that_was_asked_for(full_house: int) -> None:
    """`Connection: close` is obeyed, and said."""
    [answer] = await asked(full_house, _get("/api/me", "Connection: close\r\n"))
    assert (answer.status, answer.headers["connection"], answer.closed) == (503, "close", True)


async def test_a_refusal_of_head_has_no_body(full_house: int) -> None:
    """HEAD is refused as GET is, but without a body, so that the next answer begins where the client thinks."""
    head, refused = await asked(full_house, b"HEAD /api/me HTTP/1.1\r\nHost: x\r\n\r\n", _get("/api/me"))
    assert (head.status, head.body, refused.status) == (503, b"", 503)
    assert head.headers == refused.headers


async def test_a_refusal_can_be_read_by_an_allowed_origin_alone(full_house: int) -> None:
    """The web app sees why it was refused and when to come back; another site's script sees nothing."""
    ours, foreign = (f"Origin: https://{name}.example\r\n" for name in ("app", "evil"))
    allowed, other = await asked(full_house, _get("/api/me", ours), _get("/api/me", foreign))
    assert allowed.headers["access-control-allow-origin"] == "https://app.example"
    assert "retry-after" in allowed.headers["access-control-expose-headers"]
    assert not any(name.startswith("access-control-") for name in other.headers)
    assert [allowed.headers["vary"], other.headers["vary"]] == ["origin", "origin"]


async def test_who_is_answered_makes_room() -> None:
    """One place: the second of two requests at once is refused, and served when the first has been answered."""
    load = overloaded(room=1)
    async with serving(load) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_get("/api/slow"))
        await asyncio.sleep(0.1)
        assert [answer.status for answer in await asked(port, SUBMIT)] == [503]
        writer.write(_get("/api/hurry"))
        writer.write_eof()
        assert await reader.readuntil(b"served") != b""
        writer.close()
        assert [answer.status for answer in await asked(port, SUBMIT)] == [200]


async def test_the_service_itself_sheds_what_it_cannot_do_in_time(service: Service) -> None:
    """Its event loop late for long, hundreds at once: as many as may be in work are served, the rest refused and counted."""
    port = httpx.URL(service.url).port
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2 * IN_WORK)]
    late, written = threading.Event(), threading.Event()
    asyncio.run_coroutine_threadsafe(be_late(late, written), service.loop)
    await asyncio.to_thread(late.wait)
    for _, writer in connections:
        writer.write(_get("/api/v1/training/sections"))
    written.set()
    lines = [await reader.readline() for reader, _ in connections]
    for _, writer in connections:
        writer.close()
    refused = lines.count(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert 0 < refused <= IN_WORK
    assert lines.count(b"HTTP/1.1 200 OK\r\n") == len(lines) - refused
    async with service.client() as client:
        assert f"scout_requests_shed_total {float(refused)}\n" in (await client.get(f"{service.url}/metrics")).text


STALL_SECONDS = 4 * LATE_SECONDS


async def be_late(late: threading.Event, written: threading.Event) -> None:
    """Compute more than there is time for, until it counts as overload and all requests have been written."""
    for _ in range(2 * LATE_TICKS):
        time.sleep(STALL_SECONDS)  # noqa: ASYNC251 - to stand in the way is what it is for
        await asyncio.sleep(0)
    late.set()
    written.wait()


SUBMIT = b'POST /api/submit HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n{"level": 1}'


def _get(path: str, more: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    closed: bool


async def asked(port: int, *pieces: bytes) -> list[Answer]:
    """All answers to what is sent over one connection, piece by piece."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    for piece in pieces:
        writer.write(piece)
        for _ in range(piece.count(b" HTTP/1.1\r\n")):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            length = 0 if piece.startswith(b"HEAD") else int(headers["content-length"])
            body = await reader.readexactly(length)
            closed = headers.get("connection") == "close" and await reader.read() == b""
            answers.append(Answer(int(head[0].split()[1]), headers, body, closed))
    writer.close()
    return answers


@asynccontextmanager
async def serving(load: Load) -> AsyncIterator[int]:
    """A small application under that load, by its port; `/api/slow` waits a moment."""

    async def answer(request: Request) -> Response:
        if request.url.path == "/api/slow":
            await asyncio.sleep(1)
        return Response("served")

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, object]]:
        yield {LOAD: load, ANSWER_HEADERS: AnswerHeaders(cors=Cors(["https://app.example"]))}

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])], lifespan=lifespan)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(server_config(app))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        yield listener.getsockname()[1]
        server.should_exit = True
        await task


@pytest.fixture
async def full_house() -> AsyncIterator[int]:
    """The port of a server that lets nobody in."""
    async with serving(overloaded()) as port:
        yield port
