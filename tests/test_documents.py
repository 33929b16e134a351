"""What documents say and a machine can check: settings, commands, links, targets of make, tests, pictures, line length."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from scout_os.auth import throttle
from scout_os.cli.main import app
from scout_os.cli.settings_table import render_table
from scout_os.core.limits import rules
from scout_os.training import router
from scout_os.users import avatars

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("chaos/*.md"), *ROOT.glob("web/*.md")])

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_COMMAND = re.compile(r"scout-os +([a-z]+)(?: +([a-z]+))?")
_TARGET = re.compile(r"\bmake +([a-z]+(?:-[a-z]+)*)")
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_COMMAND_ROW = re.compile(r"^\| `(scout-\w+[a-z ]*)((?: [A-Z]+)*)` \|.*\|(.*)\|$", re.MULTILINE)
_FILE = re.compile(r"`([a-z]\w*(?:/\w+)*(?:/|\.(?:py|lua|js)))`")
_STATUS = re.compile(r"^Status: (accepted|superseded).*$", re.MULTILINE)
_FENCE = re.compile(r"```.*?```", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?][)*`\"]* +(?=[A-Z`*(\"])")
MAX_COLUMNS = 100

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def test_every_setting_is_shown_as_it_is() -> None:
    """The table between the markers is what `scout-os settings` prints."""
    shown = (ROOT / "docs/settings.md").read_text().split("<!-- settings -->\n")[1].split("<!-- /settings -->")[0]
    assert shown == render_table()


def test_every_command_is_shown_with_its_arguments_and_options() -> None:
    """The table of commands has a row for each command, with the names that `--help` shows."""
    rows = _COMMAND_ROW.findall((ROOT / "docs/commands.md").read_text())
    shown = {name.strip(): (arguments.split(), re.findall(r"--[a-z-]+", options)) for name, arguments, options in rows}
    assert shown == _list_commands(app)


@each_document
def test_named_files_exist(document: Path) -> None:
    """Every file or folder that a document names in code is there; decisions and changelog may name what was."""
    if document.parent.name == "decisions" or document.name == "CHANGELOG.md":
        return
    files = [f"/{name}" for name in _list_tracked()]
    named = set(_FILE.findall(document.read_text()))
    assert [name for name in sorted(named) if not any(f"/{name}" in f"{file}/" for file in files)] == []


def test_every_limit_is_shown_as_it_is() -> None:
    """The list of limits has the name, burst and seconds of each rule."""
    rows = re.findall(r"^- `([a-z-]+)`: (\d+) .* in (\d+) s$", (ROOT / "docs/security.md").read_text(), re.MULTILINE)
    modules = (rules, router, throttle, avatars)
    limits = {rule for module in modules for rule in vars(module).values() if isinstance(rule, rules.Rule)}
    assert sorted(rows) == sorted((rule.name, str(rule.burst), f"{rule.seconds:.0f}") for rule in limits)


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
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(_TARGET.findall(_code(document))) <= targets


@each_document
def test_named_tests_exist(document: Path) -> None:
    """Every test that a document names by file and name is there."""
    named = _TEST.findall(document.read_text())
    assert [(file, name) for file, name in named if not _has_test(ROOT / "tests" / file, name)] == []


@each_document
def test_lines_hold_one_sentence_or_are_short(document: Path) -> None:
    """A line of prose is at most 100 columns long, or one sentence, so that a diff shows what changed."""
    prose = [line for line in _FENCE.sub("", document.read_text()).splitlines() if not line.startswith("|")]
    assert [line for line in prose if len(line) > MAX_COLUMNS and _count_sentences(line) > 1] == []


def test_decisions_say_their_status() -> None:
    """Each record has a number of its own, says whether it holds, and names a later one that there is."""
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = {record.name[:4] for record in records}
    assert len(numbers) == len(records)
    found = {record.name: _STATUS.search(record.read_text()) for record in records}
    assert [name for name, status in found.items() if status is None] == []
    assert {number for status in found.values() if status for number in re.findall(r"\d{4}", status[0])} <= numbers


def test_pictures_are_linked() -> None:
    """No tracked picture is left that no document shows."""
    tracked = [name for name in _list_tracked() if name.startswith("docs/images/")]
    shown = {
        (document.parent / link).resolve() for document in DOCUMENTS for link in _LINK.findall(document.read_text())
    }
    assert [name for name in tracked if ROOT / name not in shown] == []


def _list_tracked() -> list[str]:
    return subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()


def _list_commands(cli: typer.Typer) -> dict[str, tuple[list[str], list[str]]]:
    """Every command as it is typed, with its arguments and its options; `--data-dir` is common to all."""
    group: Any = typer.main.get_command(cli)
    context = typer.Context(group)
    found: dict[str, tuple[list[str], list[str]]] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        parts = {f"{name} {part}": it for part, it in getattr(command, "commands", {}).items()} or {name: command}
        for words, part in parts.items():
            options = [option for it in part.params for option in (*it.opts, *it.secondary_opts) if option[0] == "-"]
            arguments = [it.name.upper() for it in part.params if it.param_type_name == "argument"]
            found[f"scout-os {words}"] = (arguments, [option for option in options if option != "--data-dir"])
    return found


def _count_sentences(line: str) -> int:
    text = re.sub(r"^ *[0-9]+\. ", "", line)
    return 1 + len(_SENTENCE_END.findall(re.sub(r"`[^`]*`", "`code`", text.strip())))


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
