"""The learner's app beside the API: in the only worker, or as one process next to several."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from scout_os.core.limits.address import ForwardedFor, Network

API_URL = "SCOUT_API_URL"
OURS = frozenset(
    {"/api", "/healthz", "/readyz", "/metrics", "/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json"}
)
"""Single paths that are the service's own."""
PREFIXES = ("/api/", "/media/")
GRACE_SECONDS = 5
PAUSE_SECONDS = 1
"""Before an app that died is started again."""

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


def mount(app: FastAPI, api_url: str, proxies: Sequence[Network]) -> None:
    """Serve the app at `/` of `app`. It asks the API over HTTP like any other client, and says for which address."""
    from scout_app.web import WebApp  # Flet takes its time to import, and `--no-app` shall not wait for it

    web = WebApp(os.environ.get(API_URL) or api_url)
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncIterator[Any]:
        async with inner(running) as state, web.running():
            yield state

    app.router.lifespan_context = lifespan
    app.add_middleware(BesideApi, frontend=ForwardedFor(web.asgi, proxies))


@contextmanager
def process(listener: socket.socket, address: str, api_url: str) -> Iterator[None]:
    """The app as one process of its own, started again if it dies.

    A learner's session lives in memory: each of several workers would know only its own.
    """
    keeper = _Keeper(listener, os.environ.get(API_URL) or api_url)
    keeper.start()
    log.info("app_beside_workers", url=f"{address}/", why="its sessions live in one process")
    try:
        yield
    finally:
        keeper.stop()


class _Keeper(threading.Thread):
    """Runs the app for as long as the service runs. The socket is ours, so a port that is taken is told at the start."""

    def __init__(self, listener: socket.socket, api_url: str) -> None:
        super().__init__(name="learners-app", daemon=True)
        self._listener = listener
        self._environment = {**os.environ, API_URL: api_url, "SCOUT_PARENT_PID": str(os.getpid())}
        self._ending = threading.Event()
        self._changing = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        while (child := self._begin()) is not None:
            status = child.wait()
            if not self._ending.wait(PAUSE_SECONDS):
                log.warning("app_restarted", status=status)

    def stop(self) -> None:
        """End the app, and do not start it again."""
        with self._changing:
            self._ending.set()
            child = self._child
        if child is None:
            return
        child.terminate()
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _begin(self) -> subprocess.Popen[bytes] | None:
        """A new process; None when there is to be no other."""
        number = self._listener.fileno()
        command = [sys.executable, "-m", "scout_app", "serve", "--fd", str(number)]
        with self._changing:
            if self._ending.is_set():
                return None
            self._child = subprocess.Popen(command, env=self._environment, pass_fds=(number,))  # noqa: S603 - our own command
            return self._child
