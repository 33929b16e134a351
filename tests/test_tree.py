"""Tests mirror the tree: what a file of `src/scout_os` promises is tested in the file of its name."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "scout_os"
MIRRORS = ["benchmarks", "core", "reviews", "training"]
"""Folders of tests that follow a folder of code; the others test what the whole promises, or another program."""
WITHOUT_A_FILE = {
    "core/embedded/test_killed_owner.py": "what any part of `core/embedded` leaves when its process is killed",
    "training/content/test_pramuka_pack.py": "the pack in `content/pramuka`",
}


@pytest.mark.parametrize("folder", MIRRORS)
def test_each_file_of_tests_has_a_file_of_code(folder: str) -> None:
    """`tests/users/test_names.py` tests `users/names.py`; what follows no file is listed with its reason."""
    code = TESTS.parent if folder == "benchmarks" else SOURCE
    tests = {path.relative_to(TESTS) for path in (TESTS / folder).rglob("test_*.py")}
    alone = {str(test) for test in tests if not (code / test.parent / f"{test.stem.removeprefix('test_')}.py").exists()}
    assert alone == {name for name in WITHOUT_A_FILE if name.startswith(f"{folder}/")}
