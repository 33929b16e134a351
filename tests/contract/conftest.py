"""The client in the field, installed and pointed at a running service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from scout_os.core.store_urls import StoreUrls
from tests.contract.flutter import FlutterApp, connect
from tests.packs.editing import SIX_TYPES
from tests.servers import load_content
from tests.service import Service, Truth, serve

PASSWORD = "siap selalu"


@pytest.fixture
async def http(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """Connections to the API."""
    async with connect(service.api) as client:
        yield client


@pytest.fixture
def guest(http: httpx.AsyncClient) -> FlutterApp:
    """The app before anyone signed in."""
    return FlutterApp(http)


@pytest.fixture
async def learner(http: httpx.AsyncClient, truth: Truth) -> FlutterApp:
    """The app of a new learner, for whom it is about noon: no day ends while a test runs."""
    app = FlutterApp(http)
    profile = await app.register("Budi", "budi", PASSWORD)
    await truth.execute("UPDATE users SET timezone = $1 WHERE id = $2", noon_zone(), profile.id)
    return app


@pytest.fixture
async def learner_id(learner: FlutterApp) -> int:
    """The id of `learner`."""
    return (await learner.me()).id


@pytest.fixture
def six_types(stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """A service that grades itself, with a pack of all six types of questions."""
    load_content(stores.database_url, SIX_TYPES)
    with serve(stores, tmp_path, grading="server") as running:
        yield running


def noon_zone() -> str:
    """A time zone in which it is between half past eleven and half past twelve (POSIX: GMT-7 is east of Greenwich)."""
    now = datetime.now(UTC)
    east = 12 - round(now.hour + now.minute / 60)
    return f"Etc/GMT{-east:+d}"
