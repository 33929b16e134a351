"""The web application: listens at once, serves as soon as its stores are ready."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hmac import compare_digest
from pathlib import Path
from typing import Any

import structlog
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from starlette.types import ASGIApp, Receive, Scope, Send

from scout_os import __version__, running_instance
from scout_os.auth.router import router as auth
from scout_os.core.cors import Cors
from scout_os.core.edge import ANSWER_HEADERS, AnswerHeaders, Edge, below
from scout_os.core.http import install_error_handlers
from scout_os.core.identity import bearer_token
from scout_os.core.jobs import run_together
from scout_os.core.limits.address import ForwardedFor
from scout_os.core.logs import configure_logging
from scout_os.core.problems import NotFound, Unavailable
from scout_os.core.server.connection import ON_SHUTDOWN
from scout_os.core.server.load import LOAD, Load
from scout_os.core.store_urls import StoreUrls
from scout_os.dependencies import OpenServices
from scout_os.info import info_router
from scout_os.leaderboard.router import hot as hot_leaderboard
from scout_os.leaderboard.router import router as leaderboard
from scout_os.leaderboard.stream.router import router as leaderboard_stream
from scout_os.migrations import is_current
from scout_os.moderation.router import router as moderation
from scout_os.privacy.router import router as privacy
from scout_os.reference import DOCUMENT, add_reference
from scout_os.reviews.router import router as reviews
from scout_os.routing import API, FastRoutes, add_routes
from scout_os.settings import Settings
from scout_os.training.router import hot as hot_training
from scout_os.training.router import media as drawings
from scout_os.training.router import router as training
from scout_os.unsafe_stores import refuse_unsafe_stores, warn_of_unsafe_stores
from scout_os.users.avatar_router import media
from scout_os.users.avatar_router import router as avatars
from scout_os.users.router import router as users
from scout_os.web_app import app_routes, find_build
from scout_os.wiring import Services, configured_stores, open_services

RUN_ID = "SCOUT_RUN_ID"
"""Set by `scout-os serve` for its workers: which run's addresses to wait for."""
PARENT_PID = "SCOUT_PARENT_PID"
WORKER_COUNT = "SCOUT_WORKER_COUNT"
"""Set likewise: how many there are."""
STORES_POLL_SECONDS = 0.05
READY_POLL_SECONDS = 0.25

LASTING = frozenset({f"{API}/leaderboard/stream"})
"""Paths whose answers do not end by themselves."""

log = structlog.get_logger(__name__)


class Application(FastAPI):
    """Answers below `root`, if that is set, and also without it, because some proxies take it away.

    Requests go to `front`, which stands before the framework's own layers.
    """

    def __init__(self, root: str, **options: Any) -> None:
        super().__init__(**options)
        self._root = root
        self.front: ASGIApp = super().__call__

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        scope["root_path"] = self._root
        scope["path"] = below(self._root, scope["path"])
        await self.front(scope, receive, send)


class Health(BaseModel):
    status: str


class MetricsGuard:
    """Shows metrics to who has the token; without one, to everybody in development and to nobody in production."""

    def __init__(self, settings: Settings) -> None:
        self._token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
        self._is_open = self._token is None and settings.env != "production"

    async def check(self, request: Request) -> None:
        """Raise `NotFound` unless the request has the token."""
        given = (bearer_token(request.scope["headers"]) or "").encode()
        if not self._is_open and not (self._token and compare_digest(given, self._token.encode())):
            raise NotFound


def create_app(
    settings: Settings | None = None, urls: StoreUrls | None = None, *, web_build: Path | None = None
) -> FastAPI:
    """The application. Without arguments, as a worker calls it, settings and stores come from the environment.

    `web_build` is the directory of the built learner's app; None: the one of this release.
    """
    settings = settings or Settings()
    configure_logging(settings.log_level, settings.log_format)
    load = Load(API, lasting=LASTING, root=settings.root_path)

    def end_lasting() -> None:
        services: Services | None = app.state.services
        if services is not None:
            services.streams.close()
            services.avatars.end()

    def time_seal() -> bytes | None:
        services: Services | None = app.state.services
        return None if services is None else services.time_seals.text()

    headers = AnswerHeaders(
        prefix=API, cors=Cors(settings.cors), hsts_subdomains=settings.hsts_subdomains, time_seal=time_seal
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, object]]:
        jobs = [asyncio.create_task(_serve(app, settings, urls, load)), asyncio.create_task(load.watch())]
        if PARENT_PID in os.environ:
            jobs.append(asyncio.create_task(_leave_with_parent(int(os.environ[PARENT_PID]))))
        yield {LOAD: load, ON_SHUTDOWN: end_lasting, ANSWER_HEADERS: headers}
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    app = Application(
        settings.root_path,
        title="Scout OS",
        version=__version__,
        summary="XP, progress and leaderboards for learning apps.",
        lifespan=lifespan,
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
        },  # asked for by nobody; to ask whether costs 5 µs a request
        redirect_slashes=False,  # one of the clients in the field does not follow redirects
        docs_url=None,
        redoc_url=None,
        openapi_url=None if settings.env == "production" else DOCUMENT,
    )
    if settings.env != "production":
        add_reference(app, settings.root_path)
    app.state.services = None
    app.state.failed = False
    app.state.lasting = LASTING
    install_error_handlers(app)
    features = (
        auth,
        avatars,
        users,
        privacy,
        training,
        hot_training,
        reviews,
        moderation,
        leaderboard,
        hot_leaderboard,
    )
    add_routes(
        app, *features, leaderboard_stream, _health(MetricsGuard(settings)), info_router(settings), media, drawings
    )
    if settings.web_app == "on":
        app.router.routes.extend(app_routes(web_build or find_build(), settings))
    fast = FastRoutes(app.router.routes)
    app.front = Edge(app.front, headers=headers, find_fast=fast.find, lasting=LASTING)
    if settings.proxy_networks:
        app.front = ForwardedFor(app.front, proxies=settings.proxy_networks)
    return app


def _health(guard: MetricsGuard) -> APIRouter:
    router = APIRouter(tags=["operation"])

    @router.get("/healthz")
    async def healthz() -> Health:
        """The process is alive."""
        return Health(status="ok")

    @router.get("/readyz", responses={503: {"description": "Not ready."}})
    async def readyz(services: OpenServices) -> JSONResponse:
        """PostgreSQL is reachable and migrated, content is loaded. Redis is not needed."""
        if not await is_current(services.database):
            raise Unavailable("The database's schema is older than this release.")
        return JSONResponse({"status": "ok"})

    @router.get("/metrics", response_class=PlainTextResponse, dependencies=[Depends(guard.check)])
    async def metrics(services: OpenServices) -> Response:
        """What operators watch, for Prometheus. Keep it behind the proxy: it is for inside eyes."""
        await services.leaderboard.observe()
        return Response(services.metrics.render(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _serve(app: FastAPI, settings: Settings, urls: StoreUrls | None, load: Load) -> None:
    """Open the services, let requests in when they can be answered, and do the background work."""
    try:
        urls = urls or await _find_stores(settings)
        workers = int(os.environ.get(WORKER_COUNT, "1"))
        async with open_services(settings, urls, workers=workers) as services:
            await _until_ready(services)
            if settings.env == "production":
                await refuse_unsafe_stores(services.database)
            load.on_refused = services.metrics.requests_shed.inc
            app.state.services = services
            _settle_memory()
            log.info("ready")
            await warn_of_unsafe_stores(services.database, services.board)
            await run_together(services.background)
    except asyncio.CancelledError:
        raise
    except BaseException:
        log.exception("worker_failed")
        app.state.failed = True
        os.kill(os.getpid(), signal.SIGTERM)  # a worker that cannot heal itself makes room for one that can
        raise
    finally:
        app.state.services = None


def _settle_memory() -> None:
    """What was made so far stays for good: the garbage collector need not look at it again and again.

    Nor need it look after every 700 objects, of which a few requests are made: measured, that was a fifth of their cost.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def _find_stores(settings: Settings) -> StoreUrls:
    """The configured stores, or those of the embedded servers that `scout-os serve` announces when they are up."""
    stores = configured_stores(settings)
    if stores is not None:
        return stores
    while True:
        running = running_instance.read(settings.data_dir)
        if running is not None and running.run_id == os.environ.get(RUN_ID):
            return running.stores
        await asyncio.sleep(STORES_POLL_SECONDS)


async def _until_ready(services: Services) -> None:
    told = None
    while reason := await _find_lack(services):
        if reason != told:
            log.info("waiting", reason=reason)
            told = reason
        await asyncio.sleep(READY_POLL_SECONDS)


async def _find_lack(services: Services) -> str | None:
    """What is still missing before requests can be answered."""
    try:
        if not await is_current(services.database):
            return "the database's schema is older than this release: scout-os migrate"
        await services.clock.refresh()
        await services.library.refresh()
    except Unavailable as error:
        return error.detail
    return None if services.library.is_loaded else "no content is loaded: scout-os content load"


async def _leave_with_parent(parent: int) -> None:
    """A worker whose supervisor was killed would serve on with nobody to look after its stores."""
    while os.getppid() == parent:  # noqa: ASYNC110 - a parent's death sets no event
        await asyncio.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)
