"""Planted bugs: all of them fit the present code, and the quickest are found. `make faults-sabotage` hunts them all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chaos.sabotage import copy_tree, hunt, list_bugs, plant, workshop
from chaos.schedules import SCHEDULES
from tests.process import clean_environment

LEAST = 20
QUICK = {"04", "41"}
IMPORT_EACH = """
import sys
for tree in sys.argv[1:]:
    sys.path.insert(0, tree + "/src")
    import scout_os.app
    assert scout_os.app.__file__.startswith(tree), scout_os.app.__file__
    for name in [name for name in sys.modules if name.split(".")[0] == "scout_os"]:
        del sys.modules[name]
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code as it is."""
    return copy_tree(tmp_path_factory.mktemp("original"))


def test_enough_bugs_are_planted_each_with_a_schedule() -> None:
    """There are at least twenty planted bugs, each with a number of its own and a schedule that exists."""
    bugs = list_bugs()
    assert len({bug.number for bug in bugs}) == len(bugs) >= LEAST
    assert {bug.schedule for bug in bugs} <= SCHEDULES.keys()


def test_every_bug_fits_and_leaves_code_that_can_be_imported(original: Path, tmp_path: Path) -> None:
    """Each patch applies to the present code without leaving a piece out, and the application can still be imported."""
    trees = []
    for bug in list_bugs():
        tree = tmp_path / bug.number
        shutil.copytree(original / "src", tree / "src")
        plant(bug, tree)
        assert not list(tree.rglob("*.rej")), bug.path.name
        trees.append(str(tree))
    command = [sys.executable, "-c", IMPORT_EACH, *trees]
    done = subprocess.run(command, cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_quickest_bugs_are_found() -> None:
    """The attack machine finds two planted bugs, and nothing in the code without them."""
    quick = [bug for bug in list_bugs() if bug.number in QUICK]
    assert len(quick) == len(QUICK)
    with workshop(seconds=1.0) as shop:
        assert [hunt(bug, shop) for bug in quick] == [True, True]
