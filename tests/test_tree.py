"""Tests mirror the tree: what a file of `src/scout_os` promises is tested in the file of its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MARKS

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "scout_os"
CODE = {"benchmarks": TESTS.parent}
OF_THE_WHOLE = {"acceptance", "app", "chaos", "contract", "packs", "security"}
"""Folders of tests, and of what they need, that follow no folder of code."""
FOLDERS = sorted({path.relative_to(TESTS).parts[0] for path in TESTS.glob("*/**/test_*.py")} - OF_THE_WHOLE)
WITHOUT_A_FILE = {
    "core/embedded/test_killed_owner.py": "what all of `core/embedded` does when its process is killed",
    "leaderboard/stream/test_store_faults.py": "streams while PostgreSQL or Redis fails",
    "leaderboard/test_audit_command.py": "commands of `cli/board.py`",
}


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_file_of_tests_has_a_file_of_code(folder: str) -> None:
    """`tests/users/test_names.py` tests `users/names.py`; what follows no file is listed with its reason."""
    tests = {path.relative_to(TESTS) for path in (TESTS / folder).rglob("test_*.py")}
    code = CODE.get(folder, SOURCE)
    alone = {str(test) for test in tests if not (code / test.parent / test.name.removeprefix("test_")).exists()}
    assert alone == {name for name in WITHOUT_A_FILE if name.startswith(f"{folder}/")}


def test_marked_files_exist() -> None:
    """No mark is left over from a file that was moved."""
    assert [name for name in MARKS if not (TESTS / name).exists()] == []
