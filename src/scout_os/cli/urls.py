"""`scout-os urls`: where the running instance is reached."""

from __future__ import annotations

import json

import typer

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.running_instance import find_running

app = typer.Typer(add_completion=False)


@app.command()
def urls(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Print the URLs of the running instance as one JSON object: api_url, database_url, redis_url.

    The embedded database's URL is that of a role which may read every table and change none.
    """
    instance = find_running(data_dir)
    typer.echo(
        json.dumps(
            {
                "api_url": instance.api_url,
                "database_url": instance.stores.reader_database_url,
                "redis_url": instance.stores.redis_url,
            }
        )
    )
