"""`scout-os`: the list of commands, and their exit codes."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from scout_os import __version__
from scout_os.cli.options import SettingsInvalid
from scout_os.core.embedded.errors import EmbeddedError
from scout_os.core.problems import Problem
from scout_os.running_instance import AlreadyRunning, NotRunning

COMMANDS = {
    "serve": "serve",
    "urls": "urls",
    "user": "user",
    "content": "content",
    "board": "board",
    "review": "review",
    "clock": "set_clock",
    "migrate": "migrate",
    "bench": "bench",
    "settings": "settings_table",
    "openapi": "openapi",
}
"""Command → module in `scout_os.cli` with a Typer `app`. Imported on demand: `urls` need not load a web framework."""


class Commands(TyperGroup):
    # Typer does not export click's types, hence Any.
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the group's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the group's signature
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(import_module(f"scout_os.cli.{COMMANDS[cmd_name]}").app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def scout_os(
    version: bool = typer.Option(False, "--version", help="Print the version.", callback=_print_version, is_eager=True),
) -> None:
    """XP, progress and leaderboards for learning apps."""


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 refused or failed (with a one-line message), 2 wrong usage or settings."""
    try:
        app()
    except SettingsInvalid as error:
        _fail(str(error), 2)
    except (EmbeddedError, AlreadyRunning, NotRunning) as error:
        _fail(str(error), 1)
    except OSError as error:
        _fail(f"{error.filename or 'system'}: {error.strerror or error}", 1)
    except Problem as problem:
        _fail(problem.detail, 1)


def _fail(message: str, code: int) -> None:
    typer.echo(f"scout-os: {message}", err=True)
    sys.exit(code)
