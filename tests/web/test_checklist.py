"""What tools like Lighthouse look for, one test an item; `test_installing.py` and `test_offline.py` have the rest."""

from __future__ import annotations

import io
import json
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from PIL import Image
from playwright.async_api import Request

from scout_os.web_app import find_build
from tests.service import NO_TLS, Service
from tests.web.device import Device
from tests.web.lesson import begin_first_level, skip_to_the_end

YEAR = "public, max-age=31536000, immutable"
COMPRESSED = ("text/", "application/manifest+json", "image/svg+xml")
SMALL = 1024
"""Bytes that fit into a packet anyway."""


class Head(HTMLParser):
    """What a page's markup says: `(tag, attributes)` in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        return [found for name, found in self.elements if name == tag and wanted.items() <= found.items()]


@pytest.fixture
async def client(app: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A browser's headers, without a browser."""
    async with httpx.AsyncClient(base_url=app.url, verify=NO_TLS, headers={"Accept-Encoding": "br, gzip"}) as opened:
        yield opened


@pytest.fixture
async def page(client: httpx.AsyncClient) -> Head:
    """The page's markup."""
    return Head((await client.get("/", headers={"Accept-Encoding": "identity"})).text)


def list_files() -> list[str]:
    """Every file of the build, by its address."""
    build = find_build()
    assert build is not None
    return [
        f"/{path.relative_to(build).as_posix()}"
        for path in build.rglob("*")
        if path.is_file() and path.suffix not in {".br", ".gz"}
    ]


async def test_the_page_says_what_it_is(page: Head) -> None:
    """A language, a title, a description, a width of the device that can be zoomed, and a colour for each scheme."""
    assert page.all("html")[0]["lang"] == "id"
    assert page.all("title")
    [description] = page.all("meta", name="description")
    assert 30 <= len(description["content"]) <= 160
    [viewport] = page.all("meta", name="viewport")
    assert "width=device-width" in viewport["content"]
    assert not re.search("user-scalable|maximum-scale", viewport["content"])
    assert {meta["media"] for meta in page.all("meta", name="theme-color")} == {
        "(prefers-color-scheme: light)",
        "(prefers-color-scheme: dark)",
    }


async def test_nothing_is_written_into_the_page(page: Head) -> None:
    """No inline script or style, no handlers, and only addresses relative to the page."""
    assert page.all("style") == []
    assert all("src" in script for script in page.all("script"))
    for tag, attributes in page.elements:
        assert not any(name == "style" or name.startswith("on") for name in attributes), tag
        for address in (attributes.get("src"), attributes.get("href")):
            assert address is None or address.startswith("./"), address


async def test_icons_have_the_sizes_that_they_say(client: httpx.AsyncClient, page: Head) -> None:
    """Of 192 and 512 pixels, for launchers that cut and for those that do not; and one for Apple's home screen."""
    manifest: dict[str, Any] = json.loads((await client.get("/manifest.webmanifest")).text)
    sizes = set()
    for icon in manifest["icons"]:
        answer = await client.get(f"/{icon['src']}")
        assert answer.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            assert "{}x{}".format(*Image.open(io.BytesIO(answer.content)).size) == icon["sizes"]
            sizes.add((icon["sizes"], icon.get("purpose", "any")))
    assert sizes == {(size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")}
    [apple] = page.all("link", rel="apple-touch-icon")
    assert Image.open(io.BytesIO((await client.get(urljoin("/", apple["href"]))).content)).size == (180, 180)


def test_the_manifest_leads_to_where_it_is() -> None:
    """Below any prefix: start, scope and icons are relative."""
    build = find_build()
    assert build is not None
    manifest = json.loads((build / "manifest.webmanifest").read_text())
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("./", "./", "standalone")
    assert not any(urlsplit(icon["src"]).netloc or icon["src"].startswith("/") for icon in manifest["icons"])


async def test_every_file_is_compressed_and_cached(client: httpx.AsyncClient) -> None:
    """Texts come in brotli, hashed names are kept for a year, and everything else is asked for again with a tag."""
    for path in list_files():
        answer = await client.get(path)
        assert answer.status_code == 200, path
        long = int(answer.headers["content-length"]) >= SMALL or "content-encoding" in answer.headers
        if answer.headers["content-type"].startswith(COMPRESSED) and long:
            assert answer.headers["content-encoding"] == "br", path
        assert answer.headers["cache-control"] == (YEAR if path.startswith("/assets/") else "no-cache"), path
        assert answer.headers["etag"], path


async def test_every_file_has_headers_that_keep_browsers_safe(client: httpx.AsyncClient) -> None:
    """A policy without `unsafe-*`, no guessing of types, no referrer, and no sensors."""
    for path in ("/", *list_files()):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy, path
        assert "default-src 'none'" in policy, path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert "geolocation=()" in headers["permissions-policy"], path


async def test_head_is_answered_as_get(client: httpx.AsyncClient) -> None:
    """Without the body."""
    for path in ("/", "/worker.js", "/manifest.webmanifest"):
        head, get = await client.head(path), await client.get(path)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "content-length", "etag", "cache-control"):
            assert head.headers[name] == get.headers[name], (path, name)


async def test_an_unknown_path_is_not_the_app(client: httpx.AsyncClient) -> None:
    """It gets the one shape of errors."""
    for path in ("/board", "/assets/none.js", "/index.htm", "/ws"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    answer = await client.post("/")
    assert (answer.status_code, answer.json()["code"], answer.headers["allow"]) == (
        405,
        "method_not_allowed",
        "GET, HEAD",
    )


async def test_nobody_else_is_asked_for_anything(phone: Device) -> None:
    """Through a whole lesson, and in every part of the menu: all requests go to the service, none over another scheme."""
    asked: list[Request] = []
    phone.context.on("request", lambda request: asked.append(request))
    await phone.open()
    await begin_first_level(phone)
    await skip_to_the_end(phone)
    for screen in ("path", "board", "profile", "about"):
        await phone.open(f"#/{screen}")
        await phone.shows(screen)
    assert len(asked) > 3
    assert [request.url for request in asked if not request.url.startswith((f"{phone.url}/", "data:", "blob:"))] == []


async def test_no_websocket_is_opened(client: httpx.AsyncClient) -> None:
    """A handshake is answered at once as the request that it also is, wherever it is tried."""
    shake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    for path, status in {"/": 200, "/ws": 404, "/api/v1/leaderboard": 200, "/api/v1/ws": 404}.items():
        assert (await client.get(path, headers=shake)).status_code == status, path


NEWER_SCRIPT = re.compile(
    r"\.at\(|\.hasOwn\(|\.find(Last|LastIndex)\(|\.to(Sorted|Reversed|Spliced)\(|\bstructuredClone\(|\.groupBy\("
    r"|AbortSignal\.(any|timeout)\(|\.throwIfAborted\(|signal\.reason\b|\.randomUUID\(|\.withResolvers\(|\bstatic\{|#\w+ in \w"
    r"|URL\.canParse\(|\.startViewTransition\("
)
"""What Chromium 90 lacks: scripts that use it stop. `tsc` knows the language's own part; this also sees dependencies."""
NEWER_STYLE = re.compile(r":has\(|[{;](translate|rotate|scale):|@layer\b|\d[dsl]v[hw]\b|color-mix\(")
"""What Chromium 90 drops: a rule, with all that stands in it, or a value."""
ASKED_FIRST = re.compile(r"@supports [^{]*{[^{}]*{[^{}]*}}")
"""Styles for browsers that say that they know them."""


def test_phones_of_2021_can_run_and_show_it() -> None:
    """Scripts and styles need no more than Chromium 90."""
    build = find_build()
    assert build is not None
    newer = [(path.name, it[0]) for path in build.rglob("*.js") for it in NEWER_SCRIPT.finditer(path.read_text())]
    for path in build.rglob("*.css"):
        newer += [(path.name, it[0]) for it in NEWER_STYLE.finditer(ASKED_FIRST.sub("", path.read_text()))]
    assert newer == []
