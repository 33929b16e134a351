"""Planted bugs: all of them fit the present code, and the quickest are found. `make faults-sabotage` hunts them all."""

from __future__ import annotations

import re
from pathlib import Path
from runpy import run_path

import pytest

from chaos.plants.bugs import PLANTS
from chaos.plants.hunt import ROOT, hunt, workshop
from chaos.plants.planting import DoesNotFit, Edit, Plant, in_lua, in_python
from chaos.schedules.catalog import SCHEDULES

LEAST = 20
QUICK = {"trust-client-score", "replay-takes-completion"}
EDITS = [
    pytest.param(edit, id=f"{plant.name}: {edit.symbol}") for plant in PLANTS for edit in plant.edits if edit.symbol
]


def test_enough_bugs_are_planted_each_with_a_schedule() -> None:
    """There are at least twenty planted bugs, each with a name of its own and a schedule that exists."""
    assert len({plant.name for plant in PLANTS}) == len(PLANTS) >= LEAST
    assert {plant.schedule for plant in PLANTS} <= SCHEDULES.keys()


@pytest.mark.parametrize("plant", [pytest.param(plant, id=plant.name) for plant in PLANTS])
def test_every_bug_fits_and_leaves_code_that_can_be_imported(plant: Plant, tmp_path: Path) -> None:
    """Each plant finds what it names in the present code exactly once, and what it changes can still be imported."""
    paths = {edit.path for edit in plant.edits}
    for path in paths:
        write(tmp_path, path, (ROOT / path).read_text())
    plant.plant(tmp_path)
    for path in paths:
        assert (tmp_path / path).read_text() != (ROOT / path).read_text()
        if path.endswith(".py"):
            run_path(str(tmp_path / path))


@pytest.mark.parametrize("edit", EDITS)
def test_a_renamed_function_turns_its_plant_red(edit: Edit, tmp_path: Path) -> None:
    """Where the function, class or constant has another name, its plant does not fit."""
    name = edit.symbol.rsplit(".", maxsplit=1)[-1]
    write(tmp_path, edit.path, re.sub(rf"\b{name}\b", f"{name}_renamed", (ROOT / edit.path).read_text()))
    with pytest.raises(DoesNotFit):
        edit.apply(tmp_path)


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (in_python("shop", "Shop.sell", old="self.stock - 1", new="self.stock"), "class Shop:\n    sell = 1\n"),
        (in_python("shop", "sell", old="stock - 1", new="stock"), "def sell(stock): ...\nrest = 5 - 1\n"),
        (in_python("shop", "sell", old="1", new="2"), "def sell(): return 1 + 1\n"),
        (in_python("shop", "sell", old="1", new="("), "def sell(): return 1\n"),
        (in_python("shop", "sell", old="1", new="2"), "def sell(): return 1\ndef sell(): return 1\n"),
        (in_lua("shop", "sell", old="1", new="2"), "local function sell(a)\n  return a\nend\nreturn 1\n"),
    ],
)
def test_a_clause_that_is_not_there_exactly_once_turns_its_plant_red(edit: Edit, text: str, tmp_path: Path) -> None:
    """Missing, only elsewhere in the file, there twice, or changed into what is no Python."""
    write(tmp_path, edit.path, text)
    with pytest.raises((DoesNotFit, SyntaxError)):
        edit.apply(tmp_path)


def test_white_space_of_a_clause_does_not_count(tmp_path: Path) -> None:
    """A clause over several lines fits where the code has it in one, and its replacement keeps the margin."""
    write(tmp_path, "src/shop.py", "class Shop:\n    def sell(self):\n        a = 1; b = 2\n        return a\n")
    in_python("shop", "Shop.sell", old="a = 1;\n  b = 2", new="\n  a = 3\n  b = 4\n").apply(tmp_path)
    assert (tmp_path / "src/shop.py").read_text().splitlines()[2:4] == ["        a = 3", "        b = 4"]


def test_the_quickest_bugs_are_found() -> None:
    """The attack machine finds two planted bugs, and nothing in the code without them."""
    quick = [plant for plant in PLANTS if plant.name in QUICK]
    assert len(quick) == len(QUICK)
    with workshop(seconds=1.0) as shop:
        assert [hunt(plant, shop) for plant in quick] == [True, True]


def write(tree: Path, path: str, text: str) -> None:
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text(text)
