"""Waiting for a child process."""

import shutil
from pathlib import Path

import pytest

from scout_os.core.embedded.account import server_account
from scout_os.core.embedded.errors import ServerFailed
from scout_os.core.embedded.process import ServerProcess, spawn


def spawned(directory: Path, program: str) -> ServerProcess:
    path = shutil.which(program)
    assert path
    return spawn([path], server_account(), directory / "log", None)


def test_a_process_that_ends_well_just_after_the_condition_was_looked_at_has_not_failed(tmp_path: Path) -> None:
    """As initdb may: it runs when it is asked whether it has ended, and has ended when it is asked whether it runs."""
    process = spawned(tmp_path, "true")

    def has_ended_well() -> bool:
        ended = process.popen.poll() == 0
        process.popen.wait()
        return ended

    process.wait_until(has_ended_well, 30)


def test_a_process_that_ends_before_the_condition_holds_has_failed(tmp_path: Path) -> None:
    process = spawned(tmp_path, "false")
    with pytest.raises(ServerFailed, match="false ended with code 1"):
        process.wait_until(lambda: False, 30)
