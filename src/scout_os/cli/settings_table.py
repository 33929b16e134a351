"""`scout-os settings`: every setting, as a Markdown table; docs/settings.md holds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.settings import Settings

app = typer.Typer(add_completion=False)


@app.command()
def settings_table(_data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Print every setting with its default and meaning, as a Markdown table."""
    typer.echo(render_table(), nl=False)


def render_table() -> str:
    """The table, one row a setting, in the order of the class."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `SCOUT_{name.upper()}` | {_default(field.default)} | {field.description} |")
    return "\n".join(rows) + "\n"


def _default(value: Any) -> str:
    if value in (None, "", ()):
        return "unset"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value.as_posix() if isinstance(value, Path) else value}`"
