"""`scout-os board`: the leaderboard's cache, for operators."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.services import Running, run
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.models import BoardStatus
from scout_os.leaderboard.redis.redis_board import BoardAway
from scout_os.leaderboard.sync.audit_round import BoardAbsent
from scout_os.leaderboard.sync.audit_round import Progress as Tell
from scout_os.leaderboard.sync.differences import AuditReport
from scout_os.leaderboard.sync.rebuild import RebuildRefused

SHOWN = 50
MEND_SECONDS = 30.0

app = typer.Typer(
    add_completion=False, help="The leaderboard's copy in Redis: see it, rebuild it.", no_args_is_help=True
)


@app.command()
def status(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Say whether Redis holds the whole board. Exit code 1 if it does not."""

    async def work(running: Running) -> BoardStatus:
        return await running.services.leaderboard.get_status()

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
    with _bar() as bar:
        task = bar.add_task("rebuild", total=None)

        async def work(running: Running) -> int:
            return await running.services.leaderboard.rebuild(
                lambda done, total: bar.update(task, completed=done, total=total)
            )

        count = run(data_dir, work)
    typer.echo(f"{count} learners on the board.")


@app.command()
def audit(
    *,
    repair: Annotated[bool, typer.Option("--repair", help="Have what differs mended, and look again.")] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Compare every learner's place in Redis with PostgreSQL.

    Exit code 0 only if nothing differed; 1 if something did, also if it has been repaired.
    """
    with _bar() as bar:
        task = bar.add_task("audit", total=None)

        async def work(running: Running) -> tuple[AuditReport | None, AuditReport | None]:
            try:
                return await _audit(
                    running, lambda done, total: bar.update(task, completed=done, total=total), repair=repair
                )
            except (BoardAway, BoardAbsent, RebuildRefused) as error:
                raise Unavailable(f"The board cannot be audited now: {type(error).__name__}: {error}") from error

        found, left = run(data_dir, work)
    _print_report(found)
    if left is not None:
        typer.echo("Repaired: nothing differs now." if not left.count else f"Still {left.count} differ.")
    raise typer.Exit(0 if found is not None and not found.count else 1)


async def _audit(running: Running, tell: Tell, *, repair: bool) -> tuple[AuditReport | None, AuditReport | None]:
    """What was found (None: no board), and what is left of it after the repair (None: none was needed or asked for)."""
    audit = running.services.audit
    try:
        found = await audit.check(tell)
    except BoardAbsent:
        if not repair:
            return None, None
        await running.services.leaderboard.rebuild()
        return None, await audit.check()
    if not (repair and found.count):
        return found, None
    deadline = time.monotonic() + MEND_SECONDS
    left = found
    while left.count and time.monotonic() < deadline:
        await audit.mend(left)
        while await audit.is_waiting(left) and time.monotonic() < deadline:
            await running.services.relay.step()  # as the service does, if there is one
            await asyncio.sleep(0.05)
        left = await audit.check()
    return found, left


def _print_report(report: AuditReport | None) -> None:
    if report is None:
        typer.echo("Redis does not hold the board as a whole.")
        return
    if report.count:
        typer.echo(f"{'learner':>20} {'redis':>20} {'postgres':>20}")
    for difference in report.differences[:SHOWN]:
        redis = "-" if difference.redis is None else difference.redis
        postgres = "-" if difference.postgres is None else difference.postgres
        typer.echo(f"{difference.member:>20} {redis:>20} {postgres:>20}")
    if report.count > SHOWN:
        typer.echo(f"… and {report.count - SHOWN} more")
    typer.echo(f"{report.count} differences among {report.learners} learners.")


def _bar() -> Progress:
    columns = (TextColumn("learners"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))
