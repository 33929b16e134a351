"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path, typer.Option("--data-dir", envvar="SCOUT_DATA_DIR", help="Directory of the instance.", show_default="var")
]
DEFAULT_DATA_DIR = Path("var")


class SettingsInvalid(Exception):
    """The settings are invalid. The message names them and never contains a value."""
