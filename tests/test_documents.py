"""What the documents say and a machine can check: the table of settings, links, commands, targets of make, tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from scout_os.cli.main import app
from scout_os.cli.settings_table import render_table

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = ROOT / "README.md"

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_COMMAND = re.compile(r"scout-os +([a-z]+)(?: +([a-z]+))?")
_TARGET = re.compile(r"\bmake +([a-z]+)")
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def test_the_readme_shows_every_setting_as_it_is() -> None:
    """The table between the markers is what `scout-os settings` prints."""
    shown = README.read_text().split("<!-- settings -->\n")[1].split("<!-- /settings -->")[0]
    assert shown == render_table()


@each_document
def test_links_lead_somewhere(document: Path) -> None:
    """Every relative link points to a file or folder that exists, every anchor to a heading."""
    text = _CODE.sub("", document.read_text())
    assert [link for link in _LINK.findall(text) if "://" not in link and not _leads(document, link)] == []


@each_document
def test_commands_exist(document: Path) -> None:
    """Every `scout-os …` in the code of a document is a command that can be asked for help."""
    commands = {tuple(filter(None, words)) for words in _COMMAND.findall(_code(document))}
    assert [words for words in sorted(commands) if CliRunner().invoke(app, [*words, "--help"]).exit_code != 0] == []


@each_document
def test_targets_of_make_exist(document: Path) -> None:
    """Every `make …` in the code of a document is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(_TARGET.findall(_code(document))) <= targets


@each_document
def test_named_tests_exist(document: Path) -> None:
    """Every test that a document names by file and name is there."""
    named = _TEST.findall(document.read_text())
    assert [(file, name) for file, name in named if not _has_test(ROOT / "tests" / file, name)] == []


def test_the_readme_names_every_command() -> None:
    """No command is left out of the README; this also shows that the patterns above find what is there."""
    named = {" ".join(filter(None, words)) for words in _COMMAND.findall(_code(README))}
    assert set(_list_commands()) <= named


def _list_commands() -> Iterator[str]:
    """Every command as it is typed: `board status`."""
    group: Any = typer.main.get_command(app)
    context = typer.Context(group)
    for name in group.list_commands(context):
        parts = getattr(group.get_command(context, name), "commands", None)
        yield from (f"{name} {part}" for part in parts) if parts else (name,)


def _has_test(file: Path, name: str) -> bool:
    return file.exists() and f"def {name}(" in file.read_text()


def _code(document: Path) -> str:
    return "\n".join(_CODE.findall(document.read_text()))


def _leads(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (document.parent / path) if path else document
    return target.exists() and (not anchor or anchor in _anchors(target))


def _anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as code hosts make them."""
    headings = _HEADING.findall(document.read_text())
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
