"""`scout-os board`: the leaderboard in Redis."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

import typer

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.progress import progress_bar
from scout_os.cli.services import run
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.redis.redis_board import BoardAway
from scout_os.leaderboard.sync.audit_round import BoardAbsent
from scout_os.leaderboard.sync.differences import AuditReport
from scout_os.leaderboard.sync.rebuild import Progress, RebuildRefused
from scout_os.wiring import Services

SHOWN = 50
REPAIR_SECONDS = 30.0

app = typer.Typer(add_completion=False, help="Check and rebuild the leaderboard in Redis.", no_args_is_help=True)


@app.command()
def status(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Show whether Redis holds the complete leaderboard. Exit code 1 if not."""
    state = run(data_dir, lambda services: services.leaderboard.get_status())
    typer.echo(f"redis      {state.redis}")
    typer.echo(f"members    {state.members if state.members is not None else '-'}")
    typer.echo(f"learners   {state.learners}")
    typer.echo(f"outbox     {state.outbox} waiting")
    raise typer.Exit(0 if state.redis == "complete" else 1)


@app.command()
def rebuild(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Rebuild the leaderboard in Redis from PostgreSQL, and wait until it is complete."""
    with progress_bar("learners") as progress:
        count = run(data_dir, lambda services: services.leaderboard.rebuild(progress))
    typer.echo(f"{count} learners on the board.")


@app.command()
def audit(
    *,
    repair: Annotated[bool, typer.Option("--repair", help="Repair the differences, then check again.")] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Compare Redis with PostgreSQL, learner by learner.

    Exit code 0 if there was no difference; 1 if there was one, even if it was repaired.
    """
    with progress_bar("learners") as progress:
        found, left = run(data_dir, lambda services: _audit(services, progress, repair=repair))
    _print_report(found)
    if left is not None:
        typer.echo("Repaired: nothing differs now." if not left.count else f"Still {left.count} differ.")
    raise typer.Exit(0 if found is not None and not found.count else 1)


async def _audit(
    services: Services, progress: Progress, *, repair: bool
) -> tuple[AuditReport | None, AuditReport | None]:
    """The differences found (None: no board), and those left after a repair (None: no repair)."""
    try:
        try:
            found = await services.audit.check(progress)
        except BoardAbsent:
            if not repair:
                return None, None
            await services.leaderboard.rebuild()
            return None, await services.audit.check()
        return found, await _repair(services, found) if repair and found.count else None
    except (BoardAway, BoardAbsent, RebuildRefused) as error:
        raise Unavailable(f"The board cannot be audited now: {type(error).__name__}: {error}") from error


async def _repair(services: Services, left: AuditReport) -> AuditReport:
    deadline = time.monotonic() + REPAIR_SECONDS
    while left.count and time.monotonic() < deadline:
        await services.audit.mend(left)
        while await services.audit.is_waiting(left) and time.monotonic() < deadline:
            await services.relay.step()  # in case that no service runs
            await asyncio.sleep(0.05)
        left = await services.audit.check()
    return left


def _print_report(report: AuditReport | None) -> None:
    if report is None:
        typer.echo("Redis does not hold the whole board.")
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
