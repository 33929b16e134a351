"""What all answers have in common: HEAD beside GET, the methods that are allowed, the id of a request."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from scout_os.core.limits.rules import DAY, Rule
from scout_os.users.repository import UserRepository
from tests.security.authorisation import NAMES, ROWS
from tests.security.test_requests import connect
from tests.service import Service, Truth, add_learners, board_until_redis

STREAM = "/api/v1/leaderboard/stream"
OF_THE_MOMENT = {"date", "x-request-id", "content-length", "time-seal"}


def gets(learner: int) -> set[str]:
    """Every path that answers GET, but the stream."""
    paths = {route.removeprefix("GET ") for route in ROWS if route.startswith("GET ")} - {STREAM}
    return {filled(path, learner) for path in paths}


def filled(path: str, learner: int) -> str:
    return path.format(**{name: value(learner) for name, value in NAMES.items()}, review_id=1)


async def test_head_is_answered_wherever_get_is(service: Service, truth: Truth) -> None:
    """The same status and headers, with the length that GET has, and no body: over one connection nothing gets mixed up."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        await board_until_redis(client)
        for path in sorted(gets(learner)):
            for headers in ({}, {"Authorization": ""}):
                got = await client.get(service.url + path, headers=headers)
                head = await client.head(service.url + path, headers=headers)
                assert (head.status_code, head.content) == (got.status_code, b""), path
                assert lasting(head) == lasting(got), path
                if path != "/metrics":  # which counts
                    assert head.headers["content-length"] == got.headers["content-length"], path


async def test_head_of_what_is_not_there_or_not_get(service: Service) -> None:
    """HEAD of nothing is 404; where there is no GET, and at the stream, which does not end, it is 405."""
    async with service.client() as client:
        answers = [await client.head(path) for path in ("/none", "/auth/login", "/leaderboard/stream")]
    assert [(answer.status_code, answer.headers.get("allow")) for answer in answers] == [
        (404, None),
        (405, "POST"),
        (405, "GET"),
    ]


async def test_head_counts_as_get_does(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests of both methods are counted together, at frequent routes and others."""
    monkeypatch.setattr("scout_os.routing.OPEN_READ", Rule("few", 4, DAY))
    async with service.client() as client:
        for path in ("/leaderboard", "/training/sections"):
            assert [(await client.head(path)).status_code, (await client.get(path)).status_code] == [200, 200]
        assert [(await client.head("/leaderboard")).status_code, (await client.get("/none")).status_code] == [429, 429]


async def test_a_body_sent_along_with_head_does_no_harm(service: Service) -> None:
    """Pipelined: the answer to HEAD has no body, and the answer behind it begins where the client thinks."""
    reader, writer = await connect(service)
    writer.write(b"HEAD /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answers = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    assert answers.count(b"HTTP/1.1 200 OK") == 2
    assert answers.count(b'{"status":"ok"}') == 1


async def test_a_method_that_is_not_allowed_is_told_which_are(service: Service, truth: Truth) -> None:
    """`Allow` names exactly the methods that the path answers to, HEAD included."""
    [learner] = await add_learners(truth, 1)
    known: dict[str, set[str]] = {}
    for route in ROWS:
        method, path = route.split()
        known.setdefault(filled(path, learner), set()).add(method)
    async with service.client(learner) as client:
        for path, methods in known.items():
            expected = methods | ({"HEAD"} if "GET" in methods and path != STREAM else set())
            for method in ("OPTIONS", "TRACE", "LINK"):
                answer = await client.request(method, service.url + path)
                assert answer.status_code == 405, f"{method} {path}"
                assert answer.headers["allow"].split(", ") == sorted(expected), f"{method} {path}"


async def test_an_error_of_ours_ends_neither_the_connection_nor_the_trace(
    service: Service, truth: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 500 has the id of its request, and the connection serves the next request."""

    async def broken(*_: object) -> None:
        raise RuntimeError

    [learner] = await add_learners(truth, 1)
    monkeypatch.setattr(UserRepository, "find_active", broken)
    async with service.client(learner) as client:
        first = await client.get("/users/me", headers={"X-Request-ID": "trace-7"})
        port = local_port(first)
        second = await client.get("/training/sections")
        assert (second.status_code, local_port(second)) == (200, port)
    assert (first.status_code, first.headers["x-request-id"], first.json()["code"]) == (
        500,
        "trace-7",
        "internal_error",
    )


def lasting(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in OF_THE_MOMENT}


def local_port(answer: httpx.Response) -> int:
    port: int = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
    return port
