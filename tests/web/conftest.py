"""The web app for these tests: as it was built, served by the real service on real stores, in a real browser.

| fixture | what a test gets |
|---|---|
| `app` | the service with the app at `/`; `app.url` is where it is |
| `line` | the network before `app`, to be cut and measured; `line.url` leads through it |
| `phone` | a new phone on that line, with nothing opened yet |
| `browser` | Chromium, for `device(browser, url, …)` with another size, theme or language |
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from scout_os.core.store_urls import StoreUrls
from scout_os.web_app import LAST_WRITTEN, NOT_BUILT, find_build
from tests.service import Service, serve
from tests.web.browser import ARGUMENTS, chromium
from tests.web.device import Device, Line, device, line_to

SOURCE = Path(__file__).parents[2] / "web" / "src"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests of a file; each has a profile of its own in it."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield running
        await running.close()


@pytest.fixture
def app(packed_stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """The service on the training pack, with the app that `make setup` built."""
    build = find_build()
    assert build is not None, NOT_BUILT
    built_at = (build / LAST_WRITTEN).stat().st_mtime
    newer = [path for path in SOURCE.rglob("*") if path.stat().st_mtime > built_at and path.name != "openapi.d.ts"]
    assert newer == [], "the app was changed after it was built: run `make setup`"
    with serve(packed_stores, tmp_path, web_app="on") as running:
        yield running


@pytest.fixture
def line(app: Service) -> Iterator[Line]:
    """The network between that service and the phone."""
    with line_to(app.url) as opened:
        yield opened


@pytest.fixture
async def phone(browser: Browser, line: Line) -> AsyncIterator[Device]:
    """A small phone in Indonesian, in daylight."""
    async with device(browser, line.url) as here:
        yield here
