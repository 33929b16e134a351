"""`scout-os review`: suspected cheating."""

from __future__ import annotations

from typing import Annotated

import typer

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.services import checked, run
from scout_os.reviews.schemas import CloseBody

app = typer.Typer(add_completion=False, help="List and judge suspected cheating.", no_args_is_help=True)


@app.command("list")
def list_reviews(
    *,
    closed: Annotated[bool, typer.Option("--closed", help="Show judged flags instead of open ones.")] = False,
    after: Annotated[int, typer.Option(help="Show flags with a greater id than this.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Print flags, oldest first: id, learner, kind, count, last seen, evidence."""
    flags, waiting = run(
        data_dir, lambda services: services.reviews.list_flags(closed=closed, after=after, limit=limit)
    )
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
        bool, typer.Option("--upheld/--cleared", help="Whether it was cheating. Does not suspend the learner.")
    ],
    note: Annotated[str, typer.Option(help="Up to 500 characters, without names.")] = "",
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Judge a flag, and so remove it from the list."""
    body = checked(CloseBody, verdict="upheld" if upheld else "cleared", note=note)
    flag = run(
        data_dir,
        lambda services: services.reviews.close(review, verdict=body.verdict, note=body.note or None, actor="cli"),
    )
    typer.echo(f"Review {flag.id} of user {flag.user_id} is closed: {flag.verdict}.")
