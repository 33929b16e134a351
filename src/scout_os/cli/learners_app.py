"""The learner's app beside the API: in the only worker, or as one process next to several."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

API_URL = "SCOUT_API_URL"
OURS = frozenset(
    {"/api", "/healthz", "/readyz", "/metrics", "/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"}
)
"""Single paths that are the service's own."""
PREFIXES = ("/api/", "/media/")
GRACE_SECONDS = 5

log = structlog.get_logger(__name__)


class BesideApi:
    """ASGI middleware: what is not the service's own path goes to the app."""

    def __init__(self, app: ASGIApp, frontend: ASGIApp) -> None:
        self._app = app
        self._frontend = frontend

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "lifespan" or is_ours(scope["path"])
        await (self._app if ours else self._frontend)(scope, receive, send)


def is_ours(path: str) -> bool:
    """Whether the service itself answers `path`, be it with a 404."""
    return path.startswith(PREFIXES) or path in OURS


def mount(app: FastAPI, api_url: str) -> None:
    """Serve the app at `/` of `app`. It asks the API over HTTP like any other client."""
    from scout_app.web import WebApp  # Flet takes its time to import, and `--no-app` shall not wait for it

    web = WebApp(os.environ.get(API_URL) or api_url)
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncIterator[Any]:
        async with inner(running) as state, web.running():
            yield state

    app.router.lifespan_context = lifespan
    app.add_middleware(BesideApi, frontend=web.asgi)


@contextmanager
def process(host: str, port: int, api_url: str) -> Iterator[None]:
    """The app as one process of its own. A learner's session lives in memory: each of several workers would know only its own."""
    environment = {**os.environ, API_URL: os.environ.get(API_URL) or api_url, "SCOUT_PARENT_PID": str(os.getpid())}
    command = [sys.executable, "-m", "scout_app", "serve", "--host", host, "--port", str(port)]
    child = subprocess.Popen(command, env=environment)  # noqa: S603 - our own command
    shown = f"[{host}]" if ":" in host else host
    log.info("app_beside_workers", url=f"http://{shown}:{port}/", why="its sessions live in one process")
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
