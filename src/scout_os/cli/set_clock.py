"""`scout-os clock`: the clock by which a test installation counts days."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.services import open_instance
from scout_os.core.installation_clock import REFRESH_SECONDS, InstallationClock

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION = re.compile(r"(-?)((?:[0-9]{1,6}[dhms])+)")

app = typer.Typer(
    add_completion=False,
    help="Set the clock of a test installation: days, streaks, hearts and tokens follow it. Refused in production.",
    epilog=f"All workers follow within {REFRESH_SECONDS} s. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.",
    no_args_is_help=True,
)


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("not a time such as 2026-12-31T23:30+07:00") from error
    if time.tzinfo is None:
        raise typer.BadParameter("add the offset from UTC, as in 2026-12-31T23:30+07:00, or Z")
    return time


def _duration(text: str) -> timedelta:
    matched = _DURATION.fullmatch(text)
    if matched is None:
        raise typer.BadParameter("not a duration such as 36h, 1d12h, 90m or -45s")
    parts = re.findall(r"([0-9]+)([dhms])", matched[2])
    length = sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta(0))
    return -length if matched[1] else length


@app.command(name="set")
def set_(
    time: Annotated[datetime, typer.Argument(parser=_time, metavar="TIME", help="Such as 2026-12-31T23:30+07:00.")],
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Set the clock; time passes from there."""
    _work(data_dir, lambda clock: clock.set(time))


# With this, -2h is a duration and not an unknown option.
@app.command(context_settings={"ignore_unknown_options": True})
def advance(
    by: Annotated[timedelta, typer.Argument(parser=_duration, metavar="BY", help="Such as 36h, 1d12h, 90m or -45s.")],
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Put the clock forward, or back."""
    _work(data_dir, lambda clock: clock.advance(by))


@app.command()
def reset(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Return to the system's time."""
    _work(data_dir, lambda clock: clock.reset())


@app.command()
def show(data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Show what time it is."""
    _work(data_dir, lambda clock: clock.refresh())


def _work(data_dir: Path, change: Callable[[InstallationClock], Coroutine[Any, Any, None]]) -> None:
    async def work() -> str:
        async with open_instance(data_dir) as (stores, services):
            await change(services.clock)
            return _told(services.clock, data_dir, stores.database_url)

    typer.echo(asyncio.run(work()))


def _told(clock: InstallationClock, data_dir: Path, database_url: str) -> str:
    url = urlsplit(database_url)
    database = f"{url.hostname or 'local'}{url.path}"
    relation = "ahead of" if clock.ahead > timedelta(0) else "behind"
    shift = f"{abs(clock.ahead)} {relation}" if clock.ahead else "equal to"
    return f"{data_dir}, database {database}: it is {clock.now():%Y-%m-%d %H:%M:%S} UTC, {shift} the system's time."
