"""`scout-os content`: content packs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.services import run
from scout_os.training.content import Pack, PackInvalid, load_pack, read_pack

app = typer.Typer(
    help="Check and load content packs (directories of YAML files, one per section).", no_args_is_help=True
)
Directory = Annotated[Path, typer.Argument(help="The pack's directory.")]


@app.command()
def validate(directory: Directory, _data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Check a pack and report every error with file and line. Exit code 1 if there is one."""
    pack = _read(directory)
    typer.echo(f"{directory}: {_size(pack)}. Nothing is wrong.")


@app.command()
def load(directory: Directory, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Load a pack, all or nothing. Content missing from it is retired; learners keep their XP."""
    pack = _read(directory)
    summary = run(data_dir, lambda services: load_pack(services.database, pack))
    typer.echo(f"{directory}: {_size(pack)}. {summary}")


def _read(directory: Path) -> Pack:
    try:
        return read_pack(directory)
    except PackInvalid as invalid:
        typer.echo(str(invalid), err=True)
        typer.echo(f"scout-os: {len(invalid.issues)} problem(s); nothing was loaded.", err=True)
        raise typer.Exit(1) from None


def _size(pack: Pack) -> str:
    units, levels, questions = (len(list(parts())) for parts in (pack.units, pack.levels, pack.questions))
    return f"{len(pack.sections)} sections, {units} units, {levels} levels, {questions} questions"
