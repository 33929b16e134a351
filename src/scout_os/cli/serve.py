"""`scout-os serve`: the service and its embedded servers."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import suppress
from secrets import token_hex
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Annotated

import structlog
import typer
import uvicorn
from starlette.types import ASGIApp
from uvicorn.importer import import_from_string
from uvicorn.supervisors import Multiprocess

from scout_os import running_instance
from scout_os.app import PARENT_PID, RUN_ID, WORKER_COUNT
from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.services import load_settings
from scout_os.cli.supervisor import Supervisor
from scout_os.core.logs import configure_logging
from scout_os.core.metrics import MULTIPROCESS_DIR
from scout_os.core.problems import Problem
from scout_os.core.server.connection import Connection
from scout_os.settings import Settings
from scout_os.web_app import NOT_BUILT, find_build
from scout_os.wiring import secret_key

app = typer.Typer(add_completion=False)

APPLICATION = "scout_os.app:create_app"
BACKLOG = 4096
"""The default maximum of Linux (`net.core.somaxconn`)."""
GRACE_SECONDS = 8

log = structlog.get_logger(__name__)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; 0 picks a free one.", show_default="8000")
    ] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes.")] = 1,
    with_app: Annotated[
        bool | None,
        typer.Option("--app/--no-app", help="Also serve the learner's app, at /.", show_default="app"),
    ] = None,
) -> None:
    """Run the service. It listens at once; /readyz tells when it is ready."""
    web_app = None if with_app is None else "on" if with_app else "off"
    run(load_settings(data_dir, host=host, port=port, web_app=web_app), workers)


def run(
    settings: Settings,
    workers: int,
    *,
    process_manager: type[Multiprocess] = Multiprocess,
) -> None:
    """Serve until a signal ends it.

    `process_manager` runs several workers; `make dev` has one that replaces them after an edit.
    """
    configure_logging(settings.log_level, settings.log_format)
    for ending in (signal.SIGTERM, signal.SIGINT):
        # While the server runs, it handles both signals. When it has finished, it raises them again, for this handler.
        signal.signal(ending, _exit)
    with running_instance.hold(settings.data_dir):
        secret_key(settings)  # create it before there are several workers
        listener = _listen(settings.host, settings.port)
        run_id = f"{os.getpid()}-{token_hex(6)}"
        os.environ[RUN_ID] = run_id
        os.environ[WORKER_COUNT] = str(workers)
        supervisor = Supervisor(settings, run_id=run_id, api_url=_api_url(listener))
        supervisor.start()
        try:
            with suppress(SystemExit):
                _serve(settings, listener, workers, process_manager)
        finally:
            for ending in (signal.SIGTERM, signal.SIGINT):
                signal.signal(ending, signal.SIG_IGN)  # a second signal must not interrupt the clean-up
            supervisor.stop()
        supervisor.raise_failure()


def server_config(app: ASGIApp | str, workers: int = 1, *, keep_alive_seconds: int = 75) -> uvicorn.Config:
    """The configuration of uvicorn. If `app` is the name of a factory, each worker calls it."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        loop="uvloop",
        http=Connection,
        ws="none",
        timeout_keep_alive=keep_alive_seconds,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # it would trust every client on this machine (see `core/limits/address.py`)
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _serve(
    settings: Settings,
    listener: socket.socket,
    workers: int,
    process_manager: type[Multiprocess],
) -> None:
    # A single worker is this process.
    app = import_from_string(APPLICATION)(settings) if workers == 1 else None
    config = server_config(app or APPLICATION, workers, keep_alive_seconds=settings.keep_alive_seconds)
    if settings.web_app == "on" and find_build() is None:
        log.warning("web_app_not_built", detail=NOT_BUILT)
    log.info("listening", url=_api_url(listener), workers=workers, data_dir=str(settings.data_dir))
    if app is not None:
        try:
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            if app.state.failed:
                raise WorkerFailed("the worker failed; the log says why")
    else:
        os.environ[PARENT_PID] = str(os.getpid())
        with TemporaryDirectory(prefix="scout-os-metrics-") as shared:
            os.environ[MULTIPROCESS_DIR] = shared
            process_manager(config, sockets=[listener]).run()


class WorkerFailed(Problem):
    """The only worker failed."""


def _exit(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        typer.echo(f"scout-os: cannot listen on {host}:{port}: {error.strerror}", err=True)
        raise typer.Exit(1) from None
    listener.listen(BACKLOG)
    listener.set_inheritable(True)
    return listener


def _api_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound to
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
