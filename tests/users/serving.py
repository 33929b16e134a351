"""A small real application of users and auth, for the tests of both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import TypeAlias

import asyncpg
import httpx
from fastapi import FastAPI

from scout_os.auth.repository import SessionRepository
from scout_os.auth.router import router as auth_router
from scout_os.auth.service import AuthService
from scout_os.auth.sessions import SessionService
from scout_os.auth.throttle import Throttle
from scout_os.core.access_tokens import Tokens
from scout_os.core.http import install_error_handlers
from scout_os.core.identity import ACCESS_SECONDS, Authenticator
from scout_os.core.limits.limits import Limits
from scout_os.core.passwords import Passwords
from scout_os.core.postgres import Database
from scout_os.routing import add_routes
from scout_os.users.repository import UserRepository
from scout_os.users.router import router as users_router
from scout_os.users.service import UserService
from tests.clock import MovableClock
from tests.service import NO_TLS

Owner: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

KEY = b"a key of these tests, which is long enough"
PASSWORD = "pramuka sejati"


@dataclass(frozen=True)
class Learner:
    """A registered user and the header that shows it."""

    id: int
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return bearer(self.token)


@dataclass(frozen=True)
class Api:
    """The application's client, and what it was assembled from."""

    http: httpx.AsyncClient
    clock: MovableClock
    tokens: Tokens
    repository: UserRepository
    passwords: Passwords
    auth: AuthService

    async def register(self, username: str = "budi", name: str = "Budi") -> Learner:
        """A new learner, over HTTP."""
        answer = await self.http.post("/auth/register", json=registration(username, name=name))
        assert answer.status_code == 201, answer.text
        data = answer.json()["data"]
        return Learner(data["user"]["id"], data["access_token"])

    def forget_roles(self) -> None:
        """Let the time pass for which a worker believes what it read of a user."""
        self.clock.move(seconds=ACCESS_SECONDS + 1)


class Nobody:
    """There is no board."""

    async def changed(self) -> None:
        """Nobody needs to know."""


@asynccontextmanager
async def serve(database: Database) -> AsyncIterator[Api]:
    """Users and auth on `database`, at noon in Jakarta."""
    clock = MovableClock()
    tokens = Tokens(KEY, "scout-os", "scout-os-app", timedelta(days=7), clock)
    repository = UserRepository(database)
    sessions = SessionRepository(database)
    passwords = Passwords()
    limits = Limits(enabled=False)
    throttle = Throttle(limits, key=KEY)
    auth = AuthService(users=repository, passwords=passwords, tokens=tokens, throttle=throttle)
    app = FastAPI()
    add_routes(app, users_router, auth_router)
    install_error_handlers(app)
    app.state.services = SimpleNamespace(
        limits=limits,
        authenticator=Authenticator(
            tokens=tokens, clock=clock, find_role=sessions.find_role, monotonic=clock.monotonic
        ),
        users=UserService(repository=repository, profiles=Nobody(), clock=clock),
        auth=auth,
        sessions=SessionService(
            sessions=sessions, users=repository, passwords=passwords, tokens=tokens, throttle=throttle
        ),
    )
    # An unexpected error must be seen as the 500 that a client would get.
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1", timeout=30, verify=NO_TLS) as http:
        yield Api(http, clock, tokens, repository, passwords, auth)
    passwords.close()


def registration(username: str = "budi", **changes: object) -> dict[str, object]:
    """The body of a registration."""
    return {"name": "Budi", "username": username, "password": PASSWORD, **changes}


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}
