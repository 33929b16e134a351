"""How the web app's files are served: compressed as they were built, kept or asked for again, and nothing beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from scout_os.core.http import install_error_handlers
from scout_os.web_app import NOT_BUILT, app_routes
from tests.service import settings_for

SCRIPT = b"console.log('x')" * 100
PAGE = b"<!doctype html><title>x</title>"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """What a build leaves behind; the compressed files say which they are, so that no test needs brotli."""
    directory = tmp_path / "dist"
    (directory / "assets").mkdir(parents=True)
    (directory / "index.html").write_bytes(PAGE)
    (directory / "worker.js").write_bytes(SCRIPT)
    (directory / "assets" / "index-abc.js").write_bytes(SCRIPT)
    (directory / "assets" / "index-abc.js.br").write_bytes(b"br")
    (directory / "assets" / "index-abc.js.gz").write_bytes(b"gz")
    return directory


@pytest.fixture
async def client(build: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client that accepts no coding unless it says so."""
    app = Starlette(routes=app_routes(build, settings_for(tmp_path)))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        base_url="http://a.example", transport=transport, headers={"Accept-Encoding": "identity"}
    ) as opened:
        yield opened


@pytest.mark.parametrize(
    ("accepted", "coding", "sent"),
    [
        ("gzip, deflate, br, zstd", "br", b"br"),
        ("gzip", "gzip", b"gz"),
        ("br;q=0, gzip", "gzip", b"gz"),
        ("identity", None, SCRIPT),
        ("", None, SCRIPT),
    ],
)
async def test_a_file_comes_in_the_best_coding_that_is_accepted(
    client: httpx.AsyncClient, accepted: str, coding: str | None, sent: bytes
) -> None:
    """Brotli before gzip before the plain file; caches are told that answers differ."""
    async with client.stream("GET", "/assets/index-abc.js", headers={"Accept-Encoding": accepted}) as answer:
        assert b"".join([part async for part in answer.aiter_raw()]) == sent
        assert answer.headers.get("content-encoding") == coding
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_hashed_names_are_kept_and_others_asked_for_again(client: httpx.AsyncClient) -> None:
    """Files below `assets/` are good for a year; the page and the worker have a tag, which gets 304 while it holds."""
    assert (await client.get("/assets/index-abc.js")).headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("/", "/index.html", "/worker.js"):
        answer = await client.get(path)
        assert answer.headers["cache-control"] == "no-cache"
        again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]
        assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_only_files_of_the_build_have_an_address(client: httpx.AsyncClient) -> None:
    """No page for unknown paths, no way out of the directory, and no address for a compressed twin."""
    for path in ("/board", "/assets/", "/assets/index-abc.js.br", "/assets/..%2findex.html", "/%2e%2e/settings.py"):
        assert (await client.get(path)).status_code == 404, path


async def test_nothing_unsafe_is_allowed_to_the_page(client: httpx.AsyncClient) -> None:
    """Scripts and styles from here only, no inline ones, no frames, no objects."""
    policy = (await client.get("/")).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert "img-src 'self'" in policy.split("; ")


@pytest.mark.parametrize(
    ("changes", "origin"),
    [
        ({"avatar_url": "https://pictures.example:8443/small/"}, "https://pictures.example:8443"),
        ({"avatar_store": "https://key:secret@store.example/bucket"}, "https://store.example"),
        ({"avatar_url": "/belajar/media"}, None),
    ],
)
async def test_pictures_may_come_from_where_they_are_kept(
    build: Path, tmp_path: Path, changes: dict[str, str], origin: str | None
) -> None:
    """The origin of learners' pictures is named, and no secret of the bucket."""
    app = Starlette(routes=app_routes(build, settings_for(tmp_path, **changes)))
    async with httpx.AsyncClient(base_url="http://a.example", transport=httpx.ASGITransport(app)) as client:
        policy = (await client.get("/")).headers["content-security-policy"]
    assert " ".join(filter(None, ("img-src 'self'", origin))) in policy.split("; ")


async def test_a_page_below_a_prefix_has_its_slash(build: Path, tmp_path: Path) -> None:
    """The page's addresses are relative, so `/belajar` leads to `/belajar/`; nothing else is redirected."""
    app = Starlette(routes=app_routes(build, settings_for(tmp_path, root_path="/belajar")))

    async def below(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "path": scope["path"].removeprefix("/belajar") or "/"}, receive, send)

    async with httpx.AsyncClient(base_url="http://a.example", transport=httpx.ASGITransport(below)) as client:
        answer = await client.get("/belajar")
        assert (answer.status_code, answer.headers["location"]) == (308, "/belajar/")
        assert (await client.get("/belajar/")).content == PAGE
        assert (await client.get("/")).content == PAGE


async def test_without_a_build_the_root_says_so(tmp_path: Path) -> None:
    """In the one shape of errors, with what to do; other paths are as unknown as ever."""
    app = FastAPI(routes=[*app_routes(None, settings_for(tmp_path))])
    install_error_handlers(app)
    async with httpx.AsyncClient(base_url="http://a.example", transport=httpx.ASGITransport(app)) as client:
        answer = await client.get("/")
        assert (answer.status_code, answer.json()["detail"]) == (404, NOT_BUILT)
        assert (await client.get("/index.html")).json()["detail"] != NOT_BUILT
