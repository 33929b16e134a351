"""`scout-os migrate`: the database, without serving."""

from __future__ import annotations

import asyncio

import typer

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.services import load_settings, reach_stores
from scout_os.core.logs import configure_logging
from scout_os.database_setup import set_up_database
from scout_os.migrations import head_revision
from scout_os.settings import Settings

app = typer.Typer(add_completion=False)


@app.command()
def migrate(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Bring the database to this release: the schema, the rights of the service's role, and the first content."""
    settings = load_settings(data_dir)
    configure_logging(settings.log_level, settings.log_format)
    asyncio.run(_migrate(settings))
    typer.echo(f"The database is at revision {head_revision()}.")


async def _migrate(settings: Settings) -> None:
    async with reach_stores(settings) as stores:
        await asyncio.to_thread(set_up_database, settings, stores)
