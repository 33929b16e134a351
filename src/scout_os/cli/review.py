"""`scout-os review`: what looks like cheating, for operators."""

from __future__ import annotations

from typing import Annotated

import typer

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.services import Running, checked, run
from scout_os.reviews.models import Flag
from scout_os.reviews.schemas import CloseBody

app = typer.Typer(
    add_completion=False, help="Flags for what looks like cheating: see them, judge them.", no_args_is_help=True
)


@app.command("list")
def list_reviews(
    *,
    closed: Annotated[bool, typer.Option("--closed", help="Those that were judged.")] = False,
    after: Annotated[int, typer.Option(help="The last id of the page before.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Print flags, oldest first: id, learner, kind, times, last seen, figures."""

    async def work(running: Running) -> tuple[list[Flag], int]:
        return await running.services.reviews.list_flags(closed=closed, after=after, limit=limit)

    flags, waiting = run(data_dir, work)
    for flag in flags:
        figures = " ".join(f"{name}={value}" for name, value in flag.evidence.items())
        verdict = f"  {flag.verdict} by {flag.closed_by}" if flag.verdict else ""
        typer.echo(
            f"{flag.id}  user {flag.user_id}  {flag.kind}  x{flag.times}"
            f"  {flag.last_seen_at:%Y-%m-%d %H:%M:%S}Z  {figures}{verdict}"
        )
    typer.echo(f"{waiting} open.")


@app.command()
def close(
    review: Annotated[int, typer.Argument(help="The id that `list` shows.", min=1)],
    *,
    upheld: Annotated[
        bool, typer.Option("--upheld/--cleared", help="Whether it was cheating. Suspend or correct besides.")
    ],
    note: Annotated[str, typer.Option(help="Up to 500 characters. Name nobody in it.")] = "",
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Judge a flag; it is then out of the list."""
    body = checked(CloseBody, verdict="upheld" if upheld else "cleared", note=note)

    async def work(running: Running) -> Flag:
        return await running.services.reviews.close(review, verdict=body.verdict, note=body.note or None, actor="cli")

    flag = run(data_dir, work)
    typer.echo(f"Review {flag.id} of user {flag.user_id} is closed: {flag.verdict}.")
