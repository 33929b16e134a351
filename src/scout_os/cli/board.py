"""`scout-os board`: the leaderboard's cache, for operators."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.running import Running, run
from scout_os.gamification.models import BoardStatus
from scout_os.gamification.service import LeaderboardService

app = typer.Typer(
    add_completion=False, help="The leaderboard's copy in Redis: see it, rebuild it.", no_args_is_help=True
)


@app.command()
def status(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Say whether Redis holds the whole board. Exit code 1 if it does not."""

    async def work(running: Running) -> BoardStatus:
        return await running.services[LeaderboardService].get_status()

    state = run(data_dir, work)
    console = Console()
    console.print(f"redis      {state.redis}")
    console.print(f"members    {state.members if state.members is not None else '-'}")
    console.print(f"learners   {state.learners}")
    console.print(f"outbox     {state.outbox} waiting")
    raise typer.Exit(0 if state.redis == "complete" else 1)


@app.command()
def rebuild(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Rebuild the board in Redis from PostgreSQL and wait until it is in place."""
    columns = (TextColumn("learners"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("rebuild", total=None)

        async def work(running: Running) -> int:
            return await running.services[LeaderboardService].rebuild(
                lambda done, total: bar.update(task, completed=done, total=total)
            )

        count = run(data_dir, work)
    typer.echo(f"{count} learners on the board.")
