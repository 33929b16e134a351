"""The app as an ASGI application: Flutter's files, and a WebSocket for each session. Needs nothing from outside."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import flet as ft
import httpx
from flet.messaging.session import Session
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scout_app.app import main_of
from scout_app.pages import write_assets
from scout_app.service.api import Service

NAME = "Scout OS"
DESCRIPTION = "Belajar kepramukaan, selangkah setiap hari."
CHATTY = ("httpx", "flet", "flet_web.fastapi")
"""Libraries that log each request and each session."""
FILE_HEADERS = frozenset({"content-type", "cache-control", "etag"})
SESSION_SECONDS = 600
"""How long the session of a closed window is kept in memory. What matters of it is on the learner's device."""

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' https: data: blob:; font-src 'self' data:; connect-src 'self' https: data: blob: ws: wss:; "
    "worker-src 'self' blob:; frame-ancestors 'self'; base-uri 'self'; object-src 'none'"
)

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class WebApp:
    """The mounted app and what it holds open."""

    def __init__(self, api_url: str) -> None:
        import flet_web  # type: ignore[import-untyped] # ships no types
        import flet_web.fastapi as flet_fastapi  # type: ignore[import-untyped] # ships no types; takes half a second, so only where the app is served

        flet_fastapi.flet_app.Session = Patient
        for chatty in CHATTY:
            logging.getLogger(chatty).setLevel(logging.WARNING)
        self._assets = TemporaryDirectory(prefix="scout-app-")
        write_assets(Path(self._assets.name), Path(flet_web.get_package_web_dir()))
        self._url = api_url
        self._service = Service(api_url)
        self._manager = flet_fastapi.app_manager
        self.asgi: ASGIApp = OnlyOurs(
            flet_fastapi.app(
                main_of(self._service),
                assets_dir=self._assets.name,
                app_name=NAME,
                app_description=DESCRIPTION,
                route_url_strategy=ft.RouteUrlStrategy.HASH,
                no_cdn=True,
                session_timeout_seconds=SESSION_SECONDS,
            )
        )

    async def fetch(self, path: str) -> Response:
        """The service's answer to a GET of `path`, for files that the browser cannot ask it for itself."""
        try:
            answer = await self._service.http.get(f"{self._url}{path}")
        except httpx.HTTPError:
            return Response(status_code=503)
        kept = {name: value for name, value in answer.headers.items() if name in FILE_HEADERS}
        return Response(answer.content, answer.status_code, headers=kept)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What must go on for as long as the app is served. A mounted application's own lifespan is not run."""
        await self._manager.start()
        try:
            yield
        finally:
            await self._manager.shutdown()
            await self._service.close()
            self._assets.cleanup()


class Patient(Session):
    """A session that does without the answer of a control that was taken away meanwhile.

    Flet's own ends its receiving then, and the window hears nothing any more.
    """

    def handle_invoke_method_results(self, *given: Any, **named: Any) -> None:
        with suppress(RuntimeError):
            super().handle_invoke_method_results(*given, **named)


class OnlyOurs:
    """ASGI middleware: the browser loads code and fonts from here only; learners' pictures may come from anywhere.

    Flet's client would fetch a part that this app has no use for from a content network.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        async def send_while_open(message: Message) -> None:
            # Flet gives up a session whose window went away while something was being sent to it, for good: its tasks
            # would run on for ever. Unsent is as good as sent to nobody; that the window is gone is then noticed in order.
            with suppress(OSError):
                await send(message)

        await self._app(scope, receive, send_with_policy if scope["type"] == "http" else send_while_open)
