"""Files that hold no section at all: malformed, forbidden YAML, bombs, things that are no text."""

from __future__ import annotations

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
    "number beyond Unicode": (b'id: "\\U99999999"\n', 1, "not valid YAML: "),
    "not UTF-8": (b"id: a\ntitle: caf\xe9\n", 2, "not UTF-8 text: save the file with the encoding UTF-8"),
    "a sign lost by another program": ("id: a\ntitle: caf\ufffd\n".encode(), 2, "a sign was lost: write it again"),
    "a line break of no editor": ("id: a\n\ntitle: a\u2028b\n".encode(), 3, "control character U+2028"),
    "next line": ("id: a\ntitle: a\x85b\n".encode(), 2, "control character U+0085"),
    "UTF-16": ("id: a\n".encode("utf-16"), 1, "not UTF-8 text"),
    "binary": (b"id: a\n\n\x00\x01", 3, "control character U+0000"),
    "escape sequence": (b"id: a\ntitle: \x1b[31m\n", 2, "control character U+001B"),
    "list": (b"- id: a\n", 1, "the file must hold one section"),
    "text": (b"\nhello\n", 2, "the file must hold one section"),
    "tagged root": (b"!!set {a}\n", 1, "YAML tags (!name) are not allowed"),
    "tag that says nothing": (b"id: a\ntitle: ! Awas\n", 2, "put text that begins with ! in quotes"),
    "tag of the author's own": (b"title: !Awas api\n", 1, "put text that begins with ! in quotes"),
    "tag of YAML": (b"title: !!str 007\n", 1, "YAML tags (!name) are not allowed"),
    "Python object": (b"title: !!python/name:os.system\n", 1, "YAML tags (!name) are not allowed"),
    "mapping tagged as number": (b"id: a\norder: !!int {a: b}\n", 2, "YAML tags (!name) are not allowed"),
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


def test_all_marks_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    """Text that begins with *, & or ! is refused on each of its lines, with what to write."""
    (tmp_path / "a.yaml").write_text("id: a\ntitle: &apa b\nunits:\n  - !Awas api\n  - *api\n")
    issues = issues_of(tmp_path)
    assert [issue.line for issue in issues] == [2, 4, 5]
    assert [issue.reason[-11] for issue in issues] == list("&!*")


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
    assert places == [("a.yaml", 2), ("b.yaml", 1), ("b.yaml", 1), ("jejak.yml", 30), ("jejak.yml", 44)]
    assert str(refused.value).splitlines()[3] == "jejak.yml:30: xp_reward: must be 1 to 100, not 300"


def test_rules_to_a_broken_file_are_not_blamed(tmp_path: Path) -> None:
    """While a file cannot be read, a rule that may point into it is no issue."""
    copy_pack(tmp_path)
    path = tmp_path / "jejak.yml"
    path.write_text(path.read_text("utf-8").replace("value: jejak_u1_l1}", "value: simpul_u1_l2}"), "utf-8")
    (tmp_path / "simpul.yaml").write_text("[")
    assert {issue.file for issue in issues_of(tmp_path)} == {"simpul.yaml"}
