"""The API in this process at a time that tests set, for the tests of users and auth."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from scout_os.app import create_app
from scout_os.core.store_urls import StoreUrls
from scout_os.wiring import Services, open_services
from tests.clock import MovableClock
from tests.service import NO_TLS, settings_for

PASSWORD = "pramuka sejati"


@dataclass(frozen=True)
class Learner:
    """A registered user and the header that shows it."""

    id: int
    headers: dict[str, str]


@dataclass(frozen=True)
class Api:
    """The API's client, its clock, and the services behind it."""

    http: httpx.AsyncClient
    clock: MovableClock
    services: Services

    async def register(self, username: str = "budi", name: str = "Budi") -> Learner:
        """A new learner, over HTTP."""
        answer = await self.http.post("/auth/register", json=registration(username, name=name))
        assert answer.status_code == 201, answer.text
        data = answer.json()["data"]
        return Learner(data["user"]["id"], bearer(data["access_token"]))

    async def login(self, username: str = "budi", password: str = PASSWORD) -> int:
        """The status of a login."""
        body = {"username": username, "password": password}
        return (await self.http.post("/auth/login", json=body)).status_code


@asynccontextmanager
async def serve(stores: StoreUrls, data_dir: Path, **changes: Any) -> AsyncIterator[Api]:
    """The API on `stores` without limits, at noon in Jakarta."""
    clock = MovableClock()
    settings = settings_for(data_dir, limits="off", **changes)
    app = create_app(settings, stores)
    # An unexpected error must be seen as the 500 that a client would get.
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        open_services(settings, stores, clock=clock) as app.state.services,
        httpx.AsyncClient(transport=transport, base_url="http://test/api/v1", timeout=30, verify=NO_TLS) as http,
    ):
        yield Api(http, clock, app.state.services)


def registration(username: str = "budi", **changes: object) -> dict[str, object]:
    """The body of a registration."""
    return {"name": "Budi", "username": username, "password": PASSWORD, **changes}


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}
