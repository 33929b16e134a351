"""`scout-os urls`: the URLs of the running instance."""

from __future__ import annotations

import json

import typer

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.running_instance import find_running

app = typer.Typer(add_completion=False)


@app.command()
def urls(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Print the URLs of the running instance as one JSON object: api_url, database_url, redis_url.

    An embedded database is shown with a role that may read every table and change none.
    """
    running = find_running(data_dir)
    stores = running.stores
    known = {"api_url": running.api_url, "database_url": stores.reader_database_url, "redis_url": stores.redis_url}
    typer.echo(json.dumps(known))
