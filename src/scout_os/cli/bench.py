"""`scout-os bench`: data for load tests."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from scout_os.auth.service import AuthService
from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.progress import progress_bar
from scout_os.cli.services import open_instance
from scout_os.training.population import gather_statistics
from scout_os.training.population import populate as add_learners

MAX_TOKENS = 20_000
PROGRESS_UP_TO = 1_000_000

app = typer.Typer(add_completion=False)


@app.callback()
def bench() -> None:
    """Data for load tests. Never use it on an instance with real learners."""


@app.command()
def populate(
    users: Annotated[int, typer.Option(min=1, max=100_000_000, help="How many learners to add.")],
    tokens: Annotated[
        Path | None, typer.Option(help=f"Write tokens of up to {MAX_TOKENS:,} of them to this file.")
    ] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Add learners with realistic XP, and rebuild the leaderboard.

    Up to a million, each has progress and ledger rows for every completed level; beyond that, one ledger row.
    """
    count = asyncio.run(_populate(users, tokens, data_dir))
    typer.echo(f"Added {users} learners; {count} are on the board.")


async def _populate(users: int, tokens: Path | None, data_dir: Path) -> int:
    async with open_instance(data_dir) as (stores, services):
        with progress_bar("populate") as progress:
            ids = await add_learners(
                services.database,
                users,
                with_progress=users <= PROGRESS_UP_TO,
                keep=MAX_TOKENS if tokens is not None else 0,
                progress=lambda done: progress(done, users),
            )
        if tokens is not None:
            _write_tokens(tokens, services.auth, ids)
        await gather_statistics(stores.owner_database_url)
        with progress_bar("rebuild") as progress:
            return await services.leaderboard.rebuild(progress)


def _write_tokens(path: Path, auth: AuthService, user_ids: list[int]) -> None:
    path.touch(mode=0o600)
    path.write_text("".join(f"{auth.issue_token(user_id)}\n" for user_id in user_ids))
