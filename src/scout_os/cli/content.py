"""`scout-os content`: training packs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.services import Running, run
from scout_os.training.content import LoadSummary, Pack, PackInvalid, load_pack, read_pack

app = typer.Typer(
    help="Check and load training packs (a directory of YAML files, one a section).", no_args_is_help=True
)
Directory = Annotated[Path, typer.Argument(help="The pack's directory.")]


@app.command()
def validate(directory: Directory, _data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Check a pack and say everything that is wrong with it, with file and line. Exit code 1 if anything is."""
    pack = _read(directory)
    typer.echo(f"{directory}: {_size(pack)}. Nothing is wrong.")


@app.command()
def load(directory: Directory, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Load a pack, all or nothing. What it no longer holds is retired; what learners earned is never touched."""
    pack = _read(directory)

    async def work(running: Running) -> LoadSummary:
        return await load_pack(running.services.database, pack)

    summary = run(data_dir, work)
    typer.echo(f"{directory}: {_size(pack)}. {summary}")


def _read(directory: Path) -> Pack:
    try:
        return read_pack(directory)
    except PackInvalid as invalid:
        typer.echo(str(invalid), err=True)
        typer.echo(f"scout-os: {len(invalid.issues)} problem(s); nothing was loaded.", err=True)
        raise typer.Exit(1) from None


def _size(pack: Pack) -> str:
    units = [unit for section in pack.sections for unit in section.units]
    levels = [level for unit in units for level in unit.levels]
    questions = sum(len(level.questions) for level in levels)
    return f"{len(pack.sections)} sections, {len(units)} units, {len(levels)} levels, {questions} questions"
