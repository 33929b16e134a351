"""The app as a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from scout_app.web import WebApp

PARENT_PID = "SCOUT_PARENT_PID"
"""Set by a process that started us: without it we end."""


class Site(Starlette):
    """Below `root_path`, whether or not a proxy takes that away."""

    root_path = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            scope["root_path"] = self.root_path
            if f"{scope['path']}/".startswith(f"{self.root_path}/"):
                scope["path"] = scope["path"].removeprefix(self.root_path) or "/"
        await super().__call__(scope, receive, send)


def create_site(api_url: str, root_path: str = "") -> Starlette:
    """The app at `/`, and `/healthz` for whoever supervises it."""
    web = WebApp(api_url)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watch = asyncio.create_task(_leave_with_parent(int(os.environ.get(PARENT_PID, "0"))))
        async with web.running():
            yield
        watch.cancel()

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def media(request: Request) -> Response:
        """Learners' pictures, which the service names by a path of its own."""
        return await web.fetch(f"/media/avatars/{request.path_params['learner']}.jpg")

    routes = [Route("/healthz", healthz), Route("/media/avatars/{learner:int}.jpg", media), Mount("/", web.asgi)]
    site = Site(routes=routes, lifespan=lifespan)
    site.root_path = root_path
    return site


async def _leave_with_parent(parent: int) -> None:
    while parent:
        await asyncio.sleep(0.5)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            return
