"""Reads the description of a drawing; README.md beside it explains the form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts.knots.curve import Curve, Point

EVER = 99
"""The last step of what stays to the end."""


class Faulty(ValueError):
    """The description contradicts itself; the message says where."""


@dataclass(frozen=True)
class Part:
    """A part of a rope between two of its points, laid in one step and one layer."""

    start: int
    end: int
    step: int
    layer: int


@dataclass(frozen=True)
class Rope:
    """A rope as it is laid, with its crossings as they are passed: over or under."""

    name: str
    colour: str
    width: float
    curve: Curve
    parts: tuple[Part, ...]
    over: tuple[bool, ...] | None
    """None for a rope whose later part lies over the earlier one, but at the points in `under`."""
    under: tuple[Point, ...]
    until: int

    def part_at(self, place: float) -> Part:
        """The part that holds the place."""
        return next(part for part in self.parts if place <= part.end)


@dataclass(frozen=True)
class Solid:
    """A pole, or another straight thing, painted after the ropes of its layer and before those of the next."""

    colour: str
    line: tuple[Point, Point]
    width: float
    layer: int


@dataclass(frozen=True)
class Drawing:
    """One picture in steps, in units of its view."""

    name: str
    view: tuple[int, int]
    steps: int
    ropes: tuple[Rope, ...]
    solids: tuple[Solid, ...]
    frames: tuple[int, ...]
    """The steps that are pictures of their own as well."""


def read(path: Path) -> Drawing:
    """Read one description."""
    content = yaml.safe_load(path.read_text("utf-8"))
    solids = tuple(_solid(entry, index) for index, entry in enumerate(content.get("solids", [])))
    top = len(solids)
    ropes = tuple(
        _rope(f"{path.stem}, rope {number}", entry, top, content.get("width", 11))
        for number, entry in enumerate(content["ropes"], 1)
    )
    width, height = content.get("view", (240, 180))
    return Drawing(path.stem, (width, height), content["steps"], ropes, solids, tuple(content.get("frames", ())))


def _solid(entry: dict[str, Any], index: int) -> Solid:
    x1, y1, x2, y2 = entry["line"]
    return Solid(entry.get("colour", "wood"), ((x1, y1), (x2, y2)), entry["width"], index)


def _point(token: str) -> Point:
    x, y = token.split(",")
    return float(x), float(y)


def _rope(name: str, entry: dict[str, Any], top: int, width: float) -> Rope:
    points: list[Point] = []
    parts: list[Part] = []
    step, layer, start = 1, top, 0

    def close() -> None:
        nonlocal start
        if len(points) - 1 > start:
            parts.append(Part(start, len(points) - 1, step, layer))
            start = len(points) - 1

    for token in entry["path"].split():
        if token.startswith("@"):
            close()
            step = int(token[1:])
        elif token.startswith("^"):
            close()
            layer = int(token[1:])
        else:
            points.append(_point(token))
    close()
    passed = entry.get("over", "").replace(" ", "")
    under = entry.get("under")
    if set(passed) - {"o", "u"}:
        raise Faulty(f"{name}: 'over' is written with o and u alone")
    return Rope(
        name,
        entry["colour"],
        entry.get("width", width),
        Curve(points),
        tuple(parts),
        None if under is not None else tuple(letter == "o" for letter in passed),
        tuple(_point(token) for token in (under or "").split()),
        entry.get("until", EVER),
    )
