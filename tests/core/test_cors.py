"""What other origins' scripts may send and read: the same for every route, every header and every kind of answer."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from scout_os.app import create_app
from scout_os.core.limits.rules import DAY, Rule
from scout_os.core.store_urls import StoreUrls
from scout_os.users.repository import UserRepository
from scout_os.wiring import open_services
from tests.security.authorisation import NAMES, ROWS
from tests.security.test_requests import HEADS, raw, trickle
from tests.service import NO_TLS, Service, serve, settings_for
from tests.users.serving import bearer
from tests.users.wild import halves

OURS, FOREIGN = "https://app.example", "https://evil.example"
ACCOUNT = {"name": "Ayu", "username": "ayu", "password": "a tent by the river"}
LEFT_OUT = re.compile("DELETE|/auth/logout|GET .*/leaderboard/stream")
"""What ends the session that asks, and what does not end."""
STREAM = "GET /api/v1/leaderboard/stream"
SAFE_TO_SEND = {"accept", "accept-language", "content-language", "range"}
SET_BY_BROWSERS = {"accept-encoding", "access-control-request-method", "content-length", "cookie", "host", "origin"}
SET_BY_PROXIES = {"x-forwarded-for"}
SAFE_TO_READ = {"cache-control", "content-length", "content-type", "last-modified"}
FOR_BROWSERS = {"content-security-policy", "cross-origin-resource-policy", "referrer-policy", "vary"}
FOR_BROWSERS |= {"strict-transport-security", "x-content-type-options", "www-authenticate", "allow", "accept-ranges"}
FOR_BROWSERS |= {"content-encoding"}
"""What a script need not read, because the browser acts on it, or the status says it."""


class Name(bytes):
    """The name of a header that notes with which names it is compared."""

    seen: set[str] = set()  # noqa: RUF012 - one for all, on purpose

    def __eq__(self, other: object) -> bool:
        if isinstance(other, bytes):
            self.seen.add(other.decode())
        return bytes.__eq__(self, other)

    __hash__ = bytes.__hash__


class Noticing:
    """ASGI middleware: each request has one more header, which notes what is looked for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["headers"] = [(Name(b"x-nothing"), b""), *scope["headers"]]
        await self._app(scope, receive, send)


@asynccontextmanager
async def asking(stores: StoreUrls, data_dir: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The API in this process, where one origin is allowed and header names are noticed."""
    settings = settings_for(data_dir, limits="off", cors_origins=OURS)
    app = create_app(settings, stores)
    async with open_services(settings, stores) as app.state.services:
        transport = httpx.ASGITransport(Noticing(app), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", verify=NO_TLS) as client:
            yield client


async def test_scripts_may_send_what_routes_read_and_read_what_they_answer(stores: StoreUrls, tmp_path: Path) -> None:
    """Every header that a route reads or declares is allowed in a preflight, every one that an answer has is exposed."""
    Name.seen.clear()
    answered: set[str] = set()
    async with asking(stores, tmp_path) as client:
        document = (await client.get("/openapi.json")).json()
        signed_in = bearer((await client.post("/api/v1/auth/register", json=ACCOUNT)).json()["data"]["access_token"])
        await client.put("/api/v1/me/avatar", headers=signed_in, content=halves("PNG", (60, 40)))
        for method, path in (route.split() for route in ROWS if not LEFT_OUT.search(route)):
            body = ROWS[f"{method} {path}"].body
            path = path.format(**{name: value(1) for name, value in NAMES.items()}, review_id=1)
            for headers in ({}, signed_in):
                answered |= set((await client.request(method, path, headers=headers, json=body)).headers)
        preflight = await client.options(STREAM.split()[1], headers=asked_by(OURS))
        answer = await client.get("/healthz", headers={"Origin": OURS})
    declared = {
        item["name"].lower()
        for operations in document["paths"].values()
        for operation in operations.values()
        for item in operation.get("parameters", [])
        if item["in"] == "header"
    }
    assert declared >= {"idempotency-key", "last-event-id"}
    read = {name.lower() for name in Name.seen} | declared
    assert read >= {"authorization", "x-request-id", "content-type"}
    allowed = names(preflight, "access-control-allow-headers")
    assert read - allowed - SAFE_TO_SEND - SET_BY_BROWSERS - SET_BY_PROXIES == set()
    exposed = names(answer, "access-control-expose-headers")
    assert answered >= {"x-request-id", "etag", "content-disposition"}
    assert answered - exposed - SAFE_TO_READ - FOR_BROWSERS == set()


async def test_an_allowed_script_may_reconnect_to_the_stream(packed_stores: StoreUrls, tmp_path: Path) -> None:
    """The preflight of the stream with `Last-Event-ID` and a token succeeds, and a browser may remember it."""
    with serve(packed_stores, tmp_path, cors_origins=f"{OURS}/") as service:
        async with service.client() as client:
            wanted = {"Access-Control-Request-Headers": "authorization,last-event-id"}
            answer = await client.options("/leaderboard/stream", headers={**asked_by(OURS), **wanted})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == OURS
    assert {"authorization", "last-event-id"} <= names(answer, "access-control-allow-headers")
    assert {"get", "head", "post", "put", "patch", "delete"} == names(answer, "access-control-allow-methods")
    assert answer.headers["access-control-max-age"].isdigit()


@pytest.mark.parametrize("origin", [OURS, FOREIGN, None])
async def test_every_kind_of_answer_decides_alike(
    packed_stores: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, origin: str | None
) -> None:
    """Success, refusals by routes, limits and the server, and errors of ours: readable for our origin, for no other one.

    All of them say that they vary by origin, so that no cache gives one origin the answer to another.
    """

    async def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("scout_os.core.server.connection.HEAD_SECONDS", 0.5)
    monkeypatch.setattr(UserRepository, "find_active", broken)
    headers = {"Origin": origin} if origin else {}
    seen: dict[int, dict[str, str]] = {}
    with serve(packed_stores, tmp_path, cors_origins=OURS) as service:
        async with service.client() as client:
            answers = [
                await client.get("/leaderboard", headers=headers),
                await client.get("/leaderboard/me", headers=headers),
                await client.get("/none", headers=headers),
                await client.put("/leaderboard", headers=headers),
                await client.post("/auth/login", headers=headers, content=b"x" * 70_000),
                await client.post("/auth/login", headers=headers, content=b"{"),
            ]
            session = (await client.post("/auth/register", json=ACCOUNT)).json()["data"]
            answers.append(await client.get("/users/me", headers={**headers, **bearer(session["access_token"])}))
            monkeypatch.setattr("scout_os.routing.OPEN_READ", Rule("few", 1, DAY))
            answers += [await client.get("/leaderboard", headers=headers) for _ in range(2)]
        seen = {answer.status_code: dict(answer.headers) for answer in answers}
        for head, status in (HEADS[0], HEADS[4]):
            seen[int(status)] = await refused(service, head, headers)
        started = head_with(b"GET /healthz HTTP/1.1\r\nHost: x\r\n", headers)
        seen[408] = fields(await trickle(service, started, b"X"))
    assert sorted(seen) == [200, 400, 401, 404, 405, 408, 413, 422, 429, 431, 500]
    for code, answer in seen.items():
        shown = {name: value for name, value in answer.items() if name.startswith("access-control-")}
        assert answer["vary"] == "Origin", code
        assert shown.get("access-control-allow-origin") == (OURS if origin == OURS else None), code
        assert ("access-control-expose-headers" in shown) == (origin == OURS), code
        assert "strict-transport-security" in answer, code


async def test_without_origins_answers_say_nothing_of_them(service: Service) -> None:
    """Where no web app of another origin is allowed, answers neither allow one nor vary, and a preflight is no request."""
    async with service.client() as client:
        answer = await client.get("/leaderboard", headers={"Origin": OURS})
        preflight = await client.options("/leaderboard", headers=asked_by(OURS))
    assert not {"vary", "access-control-allow-origin"} & set(answer.headers)
    assert (preflight.status_code, preflight.headers["allow"]) == (405, "GET, HEAD")


async def refused(service: Service, head: bytes, headers: dict[str, str]) -> dict[str, str]:
    """The fields of the refusal of a head, to which `headers` were added in front."""
    line, _, rest = head.partition(b"\r\n")
    return fields(await raw(service, head_with(line + b"\r\n", headers) + rest))


def head_with(head: bytes, headers: dict[str, str]) -> bytes:
    return head + b"".join(f"{name}: {value}\r\n".encode() for name, value in headers.items())


def fields(answer: bytes) -> dict[str, str]:
    lines = answer.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def asked_by(origin: str) -> dict[str, str]:
    return {"Origin": origin, "Access-Control-Request-Method": "GET"}


def names(answer: httpx.Response, header: str) -> set[str]:
    return {name.strip().lower() for name in answer.headers[header].split(",")}
