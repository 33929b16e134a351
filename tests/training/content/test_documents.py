"""Files that hold no section at all: malformed, forbidden YAML, bombs, things that are no text."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from scout_os.training.content import PackInvalid, read_pack
from tests.packs.editing import copy_pack
from tests.training.content.refusals import issues_of

MIB = 2**20
SECONDS = 10.0
"""For the worst file; it takes about one."""

FILES: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 1, "the file is empty"),
    "comment only": (b"# nothing\n", 1, "the file is empty"),
    "not YAML": (b"id: a\ntitle: [a\n", 3, "not valid YAML: "),
    "bad indent": (b"id: a\n  order: 1\n", 2, "not valid YAML: mapping values are not allowed"),
    "tab as indent": (b"units:\n\t- id: a\n", 2, "not valid YAML: found character that cannot start any token"),
    "unknown tag handle": (b"id: !a!b c\n", 1, "not valid YAML: found undefined tag handle"),
    "number beyond Unicode": (b'id: "\\U99999999"\n', 1, "not valid YAML: "),
    "surrogate": (b'id: a\ntitle: "\\ud800"\n', 2, "not valid YAML: found invalid Unicode character escape"),
    "not UTF-8": (b"id: a\ntitle: caf\xe9\n", 2, "not UTF-8 text"),
    "UTF-16": ("id: a\n".encode("utf-16"), 1, "not UTF-8 text"),
    "binary": (b"id: a\n\n\x00\x01", 3, "control character U+0000"),
    "escape sequence": (b"id: a\ntitle: \x1b[31m\n", 2, "control character U+001B"),
    "list": (b"- id: a\n", 1, "the file must hold one section"),
    "text": (b"\nhello\n", 2, "the file must hold one section"),
    "tagged root": (b"!!set {a}\n", 1, "the file must hold one section"),
    "two documents": (b"id: a\n---\nid: b\n", 2, "a second document: one file holds one section"),
    "alias": (b"id: a\ntitle: *id\n", 2, "YAML aliases (*name) are not allowed"),
    "anchor": (b"id: a\nunits:\n  - &unit\n    id: b\n", 3, "YAML anchors (&name) are not allowed"),
    "anchored text": (b"id: &id a\n", 1, "YAML anchors (&name) are not allowed"),
}
BOMBS = {
    "too large": (b"# " + b"x" * 5 * MIB, "larger than 5 MiB"),
    "lists in lists": (b"[" * (4 * MIB), "nested deeper than 16 levels"),
    "mappings in mappings": (b"{a: " * MIB, "nested deeper than 16 levels"),
    "block lists": (b"- " * (2 * MIB), "nested deeper than 16 levels"),
    "keys of keys": (b"? " * (2 * MIB), "nested deeper than 16 levels"),
    "closed in time, then many": (b"[" + b"[], " * MIB + b"]", "more than 200,000 YAML elements"),
    "many entries": (b"- a\n" * MIB, "more than 200,000 YAML elements"),
    "many documents": (b"---\n...\n" * (MIB // 2), "a second document"),
    "billion laughs": (b'a: &a ["x"]\nb: &b [*a,*a]\nc: &c [*b,*b]\n', "YAML anchors (&name) are not allowed"),
    "one long word": (b"x" * (5 * MIB), "the file must hold one section"),
    "many unknown fields": (b"a: a\n" * 90_000, "section: unknown field 'a'"),
    "many units": (b"units:\n" + b" - a\n" * 190_000, "units: must have 1 to 500 entries, not 190000"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_section_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    """A file without a usable document is one issue on the line where reading ended."""
    content, line, reason = FILES[name]
    (tmp_path / "a.yaml").write_bytes(content)

    [issue] = issues_of(tmp_path)

    assert (issue.file, issue.line) == ("a.yaml", line), issue
    assert reason in issue.reason


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_in_bounded_time(name: str, tmp_path: Path) -> None:
    """However a file is blown up, it is refused within seconds and never ends in a traceback."""
    content, reason = BOMBS[name]
    (tmp_path / "a.yaml").write_bytes(content)
    started = time.monotonic()

    issues = issues_of(tmp_path)

    assert time.monotonic() - started < SECONDS
    assert any(reason in issue.reason for issue in issues)


def test_a_directory_without_sections_is_refused(tmp_path: Path) -> None:
    """No pack is not an empty pack: loading one would retire everything."""
    (tmp_path / "notes.txt").write_text("id: a\n")
    assert issues_of(tmp_path) == [(str(tmp_path), 1, "the directory holds no *.yaml file")]


@pytest.mark.parametrize("name", ["missing", "a.txt"])
def test_what_is_no_directory_is_refused(name: str, tmp_path: Path) -> None:
    """A path that is missing, or a file, is an issue like any other."""
    (tmp_path / "a.txt").write_text("")
    [issue] = issues_of(tmp_path / name)
    assert "the directory cannot be read" in issue.reason


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, lambda path: Path(path).symlink_to("nowhere")])
def test_what_is_no_file_is_refused(make: object, tmp_path: Path) -> None:
    """A directory, a pipe (which would block) or a dangling link by the name of a section is refused."""
    copy_pack(tmp_path)
    assert callable(make)
    make(tmp_path / "x.yaml")
    assert issues_of(tmp_path) == [("x.yaml", 1, "not a regular file")]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that nobody can read, root included")
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """What the system answers to reading is the reason."""
    copy_pack(tmp_path)
    (tmp_path / "x.yaml").symlink_to("/proc/self/mem")
    assert issues_of(tmp_path) == [("x.yaml", 1, "the file cannot be read: Input/output error")]


def test_all_files_are_reported_at_once(tmp_path: Path) -> None:
    """A broken file does not hide what is wrong with the others, and leads to no issue in those that are right."""
    copy_pack(tmp_path)
    (tmp_path / "a.yaml").write_text("[")
    (tmp_path / "b.yaml").write_text("colour: red\n")
    text = (tmp_path / "jejak.yml").read_text("utf-8").replace("xp_reward: 30", "xp_reward: 300")
    (tmp_path / "jejak.yml").write_text(text, "utf-8")

    with pytest.raises(PackInvalid) as refused:
        read_pack(tmp_path)

    places = [(issue.file, issue.line) for issue in refused.value.issues]
    assert places == [("a.yaml", 2), ("b.yaml", 1), ("b.yaml", 1), ("jejak.yml", 29), ("jejak.yml", 43)]
    assert str(refused.value).splitlines()[3] == "jejak.yml:29: xp_reward: must be 1 to 100, not 300"


def test_rules_to_a_broken_file_are_not_blamed(tmp_path: Path) -> None:
    """While a file cannot be read, a rule that may point into it is no issue."""
    copy_pack(tmp_path)
    path = tmp_path / "jejak.yml"
    path.write_text(path.read_text("utf-8").replace("value: jejak_u1_l1}", "value: simpul_u1_l2}"), "utf-8")
    (tmp_path / "simpul.yaml").write_text("[")
    assert {issue.file for issue in issues_of(tmp_path)} == {"simpul.yaml"}
