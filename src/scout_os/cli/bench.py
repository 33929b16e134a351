"""`scout-os bench`: what load tests need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from scout_os.auth.service import AuthService
from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.services import Running, run
from scout_os.training.population import gather_statistics
from scout_os.training.population import populate as add_learners

MAX_TOKENS = 20_000
PROGRESS_UP_TO = 1_000_000

app = typer.Typer(add_completion=False, help="What load tests need. Never on an instance with real learners.")


@app.callback()
def bench() -> None:
    """What load tests need. Never on an instance with real learners."""


@app.command()
def populate(
    users: Annotated[int, typer.Option(min=1, max=100_000_000, help="How many learners to add.")],
    tokens: Annotated[Path | None, typer.Option(help=f"File for tokens of {MAX_TOKENS:,} of them, one a line.")] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Add learners with XP as it spreads in life, and put them on the board.

    Up to a million each gets progress and ledger rows for every completed level; beyond that one ledger row a learner.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("populate", total=users)

        async def work(running: Running) -> int:
            ids = await add_learners(
                running.services.database,
                users,
                with_progress=users <= PROGRESS_UP_TO,
                keep=MAX_TOKENS if tokens is not None else 0,
                progress=lambda done: bar.update(task, completed=done),
            )
            if tokens is not None:
                _write_tokens(tokens, running.services.auth, ids)
            await gather_statistics(running.stores.owner_database_url)
            bar.reset(task, description="rebuild")
            return await running.services.leaderboard.rebuild(
                lambda done, total: bar.update(task, completed=done, total=total)
            )

        count = run(data_dir, work)
    typer.echo(f"Added {users} learners; {count} are on the board.")


def _write_tokens(path: Path, auth: AuthService, user_ids: list[int]) -> None:
    path.touch(mode=0o600)
    path.write_text("".join(f"{auth.issue_token(user_id)}\n" for user_id in user_ids))
