"""Serves the learner's app beside the API: in the only worker, or in a process of its own beside several."""

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
from scout_os.settings import OWN_PATHS

API_URL = "SCOUT_API_URL"
GRACE_SECONDS = 5
PAUSE_SECONDS = 1
"""Pause before a dead app is restarted."""

log = structlog.get_logger(__name__)


class BesideApi:
    """ASGI middleware: sends requests for other paths than the service's to the app."""

    def __init__(self, app: ASGIApp, frontend: ASGIApp) -> None:
        self._app = app
        self._frontend = frontend

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "lifespan" or is_ours(scope["path"])
        await (self._app if ours else self._frontend)(scope, receive, send)


def is_ours(path: str) -> bool:
    """Whether the service answers `path`, perhaps with a 404, and not the app."""
    return path[1:].partition("/")[0] in OWN_PATHS


def mount(app: FastAPI, api_url: str, proxies: Sequence[Network]) -> None:
    """Serve the learner's app at `/` of `app`. It calls the API over HTTP and forwards the client's address."""
    from scout_app.web import WebApp  # Flet is slow to import, and `--no-app` does not need it

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
    """Run the app in a process of its own, and restart it if it dies.

    Learners' sessions are in the memory of one process, so several workers could not share them.
    """
    keeper = _Keeper(listener, os.environ.get(API_URL) or api_url)
    keeper.start()
    log.info("app_beside_workers", url=f"{address}/", why="its sessions live in one process")
    try:
        yield
    finally:
        keeper.stop()


class _Keeper(threading.Thread):
    """Runs the app as long as the service. The service opens the socket, so a taken port is an error at the start."""

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
        """End the app for good."""
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
        """A new process; None after `stop`."""
        number = self._listener.fileno()
        command = [sys.executable, "-m", "scout_app", "serve", "--fd", str(number)]
        with self._changing:
            if self._ending.is_set():
                return None
            self._child = subprocess.Popen(command, env=self._environment, pass_fds=(number,))  # noqa: S603 - our own command
            return self._child
