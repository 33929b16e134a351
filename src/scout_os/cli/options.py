"""Options that several commands share, and the settings they are put over."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from scout_os.settings import Settings

DataDir = Annotated[
    Path, typer.Option("--data-dir", envvar="SCOUT_DATA_DIR", help="Directory of the instance.", show_default="var")
]
DEFAULT_DATA_DIR = Path("var")


class SettingsInvalid(Exception):
    """Settings that cannot be served with; says which and why, and never repeats a value."""


def load_settings(data_dir: Path, **flags: object) -> Settings:
    """The settings of the environment with the command line's flags put over them, for this process and its workers."""
    from pydantic import ValidationError  # here, because `urls` needs no settings and should not wait for them

    from scout_os.settings import Settings

    for name, value in {"data_dir": data_dir.resolve(), **flags}.items():
        if value is not None:
            os.environ[f"SCOUT_{name.upper()}"] = str(value)
    try:
        return Settings()
    except ValidationError as error:
        problems = [_problem(str(item["loc"][0]) if item["loc"] else "", item["msg"]) for item in error.errors()]
        raise SettingsInvalid("\n".join(problems)) from error


def _problem(name: str, message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"SCOUT_{name.upper()}: {message}" if name else message
