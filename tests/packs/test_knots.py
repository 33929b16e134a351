"""The drawings of knots are those of their descriptions, and each crossing of a rope has one over and one under."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from scripts.knots.description import Faulty, read
from scripts.knots.paint import draw, paint
from tests.packs.knot_theory import determinant, writhe

ROOT = Path(__file__).parents[2]
DRAWINGS = ROOT / "scripts" / "knots" / "drawings"
DESCRIPTIONS = sorted(DRAWINGS.glob("*.yaml"))
LARGEST = 16 * 1024


@pytest.mark.parametrize("description", DESCRIPTIONS, ids=lambda path: path.stem)
def test_a_drawing_is_what_its_description_says(description: Path, pack_dir: Path) -> None:
    """The file is up to date, at most 16 KiB, of three to seven steps, each of which shows something new."""
    drawing, files = read(description), draw(description)
    assert {name: (pack_dir / "media" / name).read_text("utf-8") for name in files} == files, "run `make knots`"
    svg = files[f"{description.stem}.svg"]
    assert len(svg.encode()) <= LARGEST
    assert 3 <= drawing.steps <= 7
    elements = list(ElementTree.fromstring(svg).iter())  # noqa: S314 - our own file
    begun = {int(element.get("data-step", "1")) for element in elements}
    ended = {int(element.get("data-until", "0")) + 1 for element in elements}
    assert set(range(1, drawing.steps + 1)) <= begun | ended
    assert not [element for element in elements if element.get("style") or element.tag.endswith("script")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("simpul_delapan", 5),
        *((name, 1) for name in ("simpul_hidup", "simpul_pangkal", "simpul_jangkar", "simpul_erat", "simpul_kursi")),
    ],
)
def test_a_knot_is_one_and_a_hitch_is_none(name: str, expected: int) -> None:
    """The figure-eight knot stays in the rope; what slips, or has lost its pole, leaves a rope without a knot."""
    assert determinant(read(DRAWINGS / f"{name}.yaml")) == expected


def test_the_reef_knot_is_no_granny() -> None:
    """The half knots of a reef knot turn opposite ways, those of a granny knot the same way."""
    assert writhe(read(DRAWINGS / "simpul_mati.yaml")) == 0
    assert abs(writhe(read(DRAWINGS / "simpul_nenek.yaml"))) == 6


def test_a_crossing_without_an_over_is_refused(tmp_path: Path) -> None:
    """Two ropes that are both under where they cross are no knot: the message says where."""
    description = tmp_path / "wrong.yaml"
    ropes = "ropes:\n  - {colour: rope-a, path: '0,50 100,50', over: u}\n  - {colour: rope-b, path: '50,0 50,100', over: u}\n"
    description.write_text("steps: 1\n" + ropes, "utf-8")
    with pytest.raises(Faulty, match="both under at 50,50"):
        paint(read(description))


def test_a_crossing_left_out_is_refused(tmp_path: Path) -> None:
    """A rope that crosses itself needs a word for each time."""
    description = tmp_path / "short.yaml"
    path = "0,50 100,50 120,20 80,0 60,40 60,100"
    description.write_text(f"steps: 1\nropes:\n  - {{colour: rope-a, path: '{path}', over: u}}\n", "utf-8")
    with pytest.raises(Faulty, match="1 letters in 'over', 2 crossings"):
        paint(read(description))
