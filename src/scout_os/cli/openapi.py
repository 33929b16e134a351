"""`scout-os openapi`: the description of the API; docs/openapi.json holds it."""

from __future__ import annotations

import json

import typer

from scout_os.app import create_app
from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.settings import Settings

app = typer.Typer(add_completion=False)


@app.command()
def openapi(_data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Print the OpenAPI document, from which clients make their types."""
    typer.echo(render_openapi(), nl=False)


def render_openapi() -> str:
    """The document as JSON, the same on every machine: settings and the version do not change it."""
    document = create_app(Settings.model_construct()).openapi()
    document["info"].pop("version")
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
