"""The app for these tests: the real service with the pack of six types, the app served beside it, a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser

from chaos.target.valkey import OwnValkey, own_valkey
from scout_os.core.store_urls import StoreUrls
from tests.app.browser import chromium_running
from tests.app.site import site_running
from tests.servers import load_content
from tests.service import Service, serve

SIX_TYPES = Path(__file__).parents[1] / "packs" / "six_types"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests of a file; each opens windows of its own in it."""
    async with chromium_running() as running:
        yield running


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
def valkey(tmp_path: Path) -> Iterator[OwnValkey]:
    """A Valkey that this test may stop."""
    with own_valkey(tmp_path) as running:
        yield running


@pytest.fixture
def shaky(lesson_stores: StoreUrls, valkey: OwnValkey, tmp_path: Path) -> Iterator[Service]:
    """The service with that Valkey."""
    with serve(replace(lesson_stores, redis_url=valkey.url), tmp_path) as running:
        yield running


@pytest.fixture
def site(lessons: Service) -> Iterator[str]:
    """The app's own address, for that service."""
    with site_running(lessons.url) as url:
        yield url
