"""Only regular files in the pack's own directory are read; everything else is refused, and nothing of it is shown."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packs.editing import copy_pack
from tests.training.content.refusals import issues_of

SECRET = "password: rahasia\n"
LINK = "a symbolic link: put the file itself here"
NOBODY = 65534


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


def test_a_directory_without_sections_is_refused(tmp_path: Path) -> None:
    """No pack is not an empty pack: loading one would retire everything."""
    (tmp_path / "notes.txt").write_text("id: a\n")
    assert issues_of(tmp_path) == [(str(tmp_path), 1, "the directory holds no *.yaml file")]


@pytest.mark.parametrize("name", ["missing", "a.txt"])
def test_what_is_no_directory_is_refused(name: str, tmp_path: Path) -> None:
    """A path that is missing, or a file, is an issue like any other."""
    (tmp_path / "a.txt").write_text("")
    [issue] = issues_of(tmp_path / name)
    assert "the directory cannot be read: N" in issue.reason


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, _socket])
def test_what_is_no_file_is_refused(make: Callable[[Path], None], tmp_path: Path) -> None:
    """A directory, a pipe (which would block) or a socket by the name of a section is refused."""
    copy_pack(tmp_path)
    make(tmp_path / "x.yaml")
    assert issues_of(tmp_path) == [("x.yaml", 1, "not a regular file")]


@pytest.mark.parametrize("target", ["secret", "jejak.yml", "nowhere", "/dev/zero", "."])
def test_a_link_is_never_followed(target: str, tmp_path: Path) -> None:
    """Wherever a link leads, even to a section of the pack, nothing is read through it."""
    copy_pack(tmp_path)
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "x.yaml").symlink_to(target)
    assert issues_of(tmp_path) == [("x.yaml", 1, LINK)]


def test_a_directory_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """A pack unpacked from an archive may be a link itself; the operator names what it leads to instead."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "a.yaml").write_text(SECRET)
    (tmp_path / "pack").symlink_to("secrets")
    [issue] = issues_of(tmp_path / "pack")
    assert issue.reason.endswith("it is a symbolic link: name the directory that it leads to")


def test_a_file_that_cannot_be_read_is_refused() -> None:
    """What the system answers to reading is the reason."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        copy_pack(Path(name))
        (Path(name) / "jejak.yml").chmod(0)
        user = os.geteuid()
        if user == 0:  # who may read everything
            os.seteuid(NOBODY)
        try:
            issues = issues_of(Path(name))
        finally:
            os.seteuid(user)
    assert issues == [("jejak.yml", 1, "the file cannot be read: Permission denied")]


def test_a_file_that_a_system_named_text_is_not_passed_over(tmp_path: Path) -> None:
    """Some systems hide that they saved `tali.yaml` as `tali.yaml.txt`."""
    copy_pack(tmp_path)
    (tmp_path / "tali.YAML.txt").write_text("id: tali\n")
    assert issues_of(tmp_path) == [("tali.YAML.txt", 1, "not read because of its name: rename it to tali.YAML")]
