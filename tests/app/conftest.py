"""The app for these tests: the real service with the pack of six types, the app served beside it, a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from scout_os.core.store_urls import StoreUrls
from tests.app.browser import ARGUMENTS, chromium
from tests.app.learner import SIX_TYPES
from tests.app.network import Network, network_before
from tests.app.site import site_running
from tests.servers import load_content
from tests.service import Service, serve


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests of a file; each opens windows of its own in it."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield running
        await running.close()


@pytest.fixture
def lesson_stores(stores: StoreUrls) -> StoreUrls:
    """A fresh database with the pack of six types."""
    load_content(stores.database_url, SIX_TYPES)
    return stores


@pytest.fixture
def lessons(lesson_stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """The service over them."""
    with serve(lesson_stores, tmp_path) as running:
        yield running


@pytest.fixture
def network(lessons: Service) -> Iterator[Network]:
    """The network between that service and the app."""
    with network_before(lessons) as opened:
        yield opened


@pytest.fixture
def site(network: Network) -> Iterator[str]:
    """The app's own address, behind that network."""
    with site_running(network.url) as url:
        yield url
