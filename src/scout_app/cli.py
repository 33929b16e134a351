"""`scout-app`: the app on this desktop, or served to browsers."""

from __future__ import annotations

import os
import socket
import sys
from importlib.metadata import version
from importlib.util import find_spec
from typing import Annotated, NoReturn

import typer

from scout_app.config import Config

cli = typer.Typer(add_completion=False, help="The learner's app. SCOUT_API_URL says where the service is.")


@cli.callback(invoke_without_command=True)
def desktop(context: typer.Context) -> None:
    """Open the app in a window of this desktop."""
    if context.invoked_subcommand is not None:
        return
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        _give_up("there is no desktop here; `scout-app serve` serves the app to browsers")
    if find_spec("flet_desktop") is None:
        _give_up(f"Flet's desktop client is not installed: pip install flet-desktop=={version('flet')}")
    import flet as ft

    from scout_app.app import main_of
    from scout_app.service.api import Service

    ft.run(main_of(Service(Config.from_environment().api_url)), name="", assets_dir=None)


@cli.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on (SCOUT_APP_HOST).", show_default="127.0.0.1")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (SCOUT_APP_PORT).", show_default="8550")] = None,
    fd: Annotated[int | None, typer.Option(help="A socket that listens already, instead.", show_default=False)] = None,
) -> None:
    """Serve the app to browsers, as one process: its sessions live in memory."""
    import uvicorn

    from scout_app.site import create_site

    config = Config.from_environment()
    server = uvicorn.Server(
        uvicorn.Config(
            create_site(config.api_url, config.root_path),
            host=host or config.host,
            port=config.port if port is None else port,
            log_level="info",
            access_log=False,
            ws_max_size=64 * 1024,
            ws_per_message_deflate=False,  # a small frame could become a large one
        )
    )
    server.run(sockets=None if fd is None else [socket.socket(fileno=fd)])


def _give_up(why: str) -> NoReturn:
    typer.echo(f"scout-app: {why}", err=True)
    raise typer.Exit(1)


def main() -> None:
    """The entry point of the command."""
    cli()
