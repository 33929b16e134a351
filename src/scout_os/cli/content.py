"""`scout-os content`: content packs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scout_os.cli.options import DEFAULT_DATA_DIR, DataDir
from scout_os.cli.services import run
from scout_os.training.content import (
    LoadSummary,
    Pack,
    PackInvalid,
    VersionChanged,
    WouldRetire,
    count_words,
    describe,
    load_catalog,
    load_pack,
    read_pack,
    write_pack,
)

app = typer.Typer(
    add_completion=False,
    help="Check, load and export content packs (directories of YAML files, one per section).",
    no_args_is_help=True,
)
Directory = Annotated[Path, typer.Argument(help="The pack's directory.")]


@app.command()
def validate(directory: Directory, _data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Check a pack and report every error with file and line. Exit code 1 if there is one."""
    pack = _read(directory)
    typer.echo(f"{directory}: {_size(pack)}. Nothing is wrong.")


@app.command()
def load(
    directory: Directory,
    *,
    retire: Annotated[
        bool, typer.Option("--retire", help="Also retire the sections, units and levels that the pack does not have.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    if_version: Annotated[
        int | None, typer.Option(min=0, help="Load only if the content still has this version, which --dry-run shows.")
    ] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Load a pack, all or nothing. Content missing from it is retired, if --retire is given; learners keep their XP."""
    pack = _read(directory)
    try:
        summary = run(
            data_dir,
            lambda services: load_pack(services.database, pack, retire=retire, dry_run=dry_run, if_version=if_version),
        )
    except VersionChanged as changed:
        typer.echo(
            f"scout-os: the content version is {changed.version}, not {if_version}; nothing was loaded. "
            "See what would change now with --dry-run.",
            err=True,
        )
        raise typer.Exit(1) from None
    except WouldRetire as refused:
        _refuse(refused.summary)
        raise typer.Exit(1) from None
    if dry_run:
        for line in describe(summary):
            typer.echo(line)
        lost = f" {_lost(summary)}" if summary.retired else ""
        typer.echo(f"{directory}: {_size(pack)}. Against content version {summary.base}: {summary}.{lost}")
        typer.echo("Nothing was loaded.")
    else:
        typer.echo(f"{directory}: {_size(pack)}. Content version {summary.version}: {summary}.")


@app.command()
def export(
    directory: Annotated[Path, typer.Argument(help="The directory to write; it must be empty or not exist.")],
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Write the loaded content as a pack; loading that changes nothing. What is retired is not in it."""
    catalog = run(data_dir, lambda services: load_catalog(services.database))
    if catalog is None:
        typer.echo("scout-os: no content is loaded yet.", err=True)
        raise typer.Exit(1)
    write_pack(catalog, directory)
    pack = _read(directory, "the pack is written, mend them before you load it")
    typer.echo(f"{directory}: {_size(pack)}. Content version {catalog.version}.")


def _refuse(summary: LoadSummary) -> None:
    for line in describe(summary, ["retired"]):
        typer.echo(line, err=True)
    options = f"--retire --if-version {summary.base}"
    typer.echo(f"scout-os: {_lost(summary)} Nothing was loaded. To retire them, add {options}", err=True)


def _lost(summary: LoadSummary) -> str:
    learners = "too many to count" if summary.learners is None else summary.learners.total
    return f"{count_words(summary.retired)} would be retired; learners with progress there: {learners}; XP stays."


def _read(directory: Path, ending: str = "nothing was loaded") -> Pack:
    try:
        return read_pack(directory)
    except PackInvalid as invalid:
        typer.echo(str(invalid), err=True)
        typer.echo(f"scout-os: {len(invalid.issues)} problem(s); {ending}.", err=True)
        raise typer.Exit(1) from None


def _size(pack: Pack) -> str:
    units, levels, questions = (len(list(parts())) for parts in (pack.units, pack.levels, pack.questions))
    return f"{len(pack.sections)} sections, {units} units, {levels} levels, {questions} questions"
