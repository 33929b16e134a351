"""Tests mirror the tree: what a file of `src/scout_os` promises is tested in the file of its name."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from tests.conftest import MARKS

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "scout_os"
CODE = {"benchmarks": TESTS.parent}
OF_THE_WHOLE = {"acceptance", "app", "chaos", "contract", "packs", "security", "web"}
"""Folders of tests, and of what they need, that follow no folder of code."""
FOLDERS = sorted({path.relative_to(TESTS).parts[0] for path in TESTS.glob("*/**/test_*.py")} - OF_THE_WHOLE)


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_file_of_tests_has_a_file_of_code(folder: str) -> None:
    """`tests/users/test_names.py` tests `users/names.py`; `acceptance` and its like test the whole."""
    tests = {path.relative_to(TESTS) for path in (TESTS / folder).rglob("test_*.py")}
    code = CODE.get(folder, SOURCE)
    assert [test for test in tests if not (code / test.parent / test.name.removeprefix("test_")).exists()] == []


def test_marked_files_exist() -> None:
    """No mark is left over from a file that was moved."""
    assert [name for name in MARKS if not (TESTS / name).exists()] == []


SAME_IN_EACH_FEATURE = set(
    "__init__ models problems repository router rules schemas service tables".split()  # noqa: SIM905 - as on the page
)


def test_a_name_of_a_file_has_one_meaning() -> None:
    """No two files of one name, but those that each feature has."""
    places = defaultdict(list)
    for path in SOURCE.rglob("*.py"):
        if path.stem not in SAME_IN_EACH_FEATURE:
            places[path.stem].append(str(path.relative_to(SOURCE)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
