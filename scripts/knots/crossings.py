"""Finds where ropes cross, and takes from the descriptions which of the two lies over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import dist

from scripts.knots.curve import SAMPLES, Point
from scripts.knots.description import Faulty, Part, Rope

NEAR = 2
"""A crossing may be so far from the point that names it."""


@dataclass(frozen=True)
class Pass:
    """A rope at a crossing."""

    rope: Rope
    place: float

    @property
    def part(self) -> Part:
        """The part of the rope that passes here."""
        return self.rope.part_at(self.place)


@dataclass(frozen=True)
class Crossing:
    """Two passes, of two ropes or of one, in the same layer."""

    over: Pass
    under: Pass

    @property
    def step(self) -> int:
        """The step in which the later of the two is laid."""
        return max(self.over.part.step, self.under.part.step)

    @property
    def until(self) -> int:
        """The last step that shows both."""
        return min(self.over.rope.until, self.under.rope.until)

    @property
    def reach(self) -> float:
        """How far the over rope must be painted anew to each side, so that it covers the other."""
        a = self.over.rope.curve.direction(self.over.place)
        b = self.under.rope.curve.direction(self.under.place)
        sine = max(abs(a[0] * b[1] - a[1] * b[0]), 0.35)
        cosine = abs(a[0] * b[0] + a[1] * b[1])
        half = self.over.rope.width / 2 + 2
        # The inner edge of a bend is shorter than the middle line.
        inner = max(1 - half * self.over.rope.curve.bend(self.over.place), 0.5)
        return (self.under.rope.width / 2 + 2 + cosine * half) / sine / inner


def find(ropes: tuple[Rope, ...]) -> list[Crossing]:
    """All crossings within a layer; Faulty if the descriptions of the two ropes do not fit together."""
    pairs = [
        (Pass(first, one), Pass(second, other))
        for first, second in combinations_with_replacement(ropes, 2)
        if first.parts[0].step <= second.until and second.parts[0].step <= first.until
        for one, other in meetings(first, second)
    ]
    pairs = [(a, b) for a, b in pairs if a.part.layer == b.part.layer]
    over: dict[Pass, bool] = {}
    for rope in ropes:
        if rope.over is None:
            over.update(_later_over(rope, [pair for pair in pairs if rope in (pair[0].rope, pair[1].rope)]))
            continue
        passes = sorted({p for pair in pairs for p in pair if p.rope is rope}, key=lambda p: p.place)
        if len(passes) != len(rope.over):
            where = " ".join("{:.0f},{:.0f}".format(*p.rope.curve.at(p.place)) for p in passes)
            raise Faulty(f"{rope.name}: {len(rope.over)} letters in 'over', {len(passes)} crossings: {where}")
        over.update(zip(passes, rope.over, strict=True))
    for a, b in pairs:
        if over[a] == over[b]:
            x, y = a.rope.curve.at(a.place)
            both = f"{a.rope.name} and {b.rope.name}" if a.rope is not b.rope else a.rope.name
            raise Faulty(f"{both} are both {'over' if over[a] else 'under'} at {x:.0f},{y:.0f}")
    return [Crossing(a, b) if over[a] else Crossing(b, a) for a, b in pairs]


def _later_over(rope: Rope, pairs: list[tuple[Pass, Pass]]) -> dict[Pass, bool]:
    """The passes of a rope that is described by the few crossings at which its later part goes under."""
    over: dict[Pass, bool] = {}
    left = list(rope.under)
    for a, b in pairs:
        if a.rope is not b.rope:
            raise Faulty(f"{rope.name} crosses another rope: describe it with 'over'")
        here = rope.curve.at(a.place)
        under = [point for point in left if dist(point, here) < NEAR]
        left = [point for point in left if point not in under]
        over[max(a, b, key=lambda p: p.place)] = not under
        over[min(a, b, key=lambda p: p.place)] = bool(under)
    if left:
        where = " ".join("{:.0f},{:.0f}".format(*rope.curve.at(a.place)) for a, _ in pairs)
        raise Faulty(f"{rope.name}: no crossing near {left}, but at: {where}")
    return over


def meetings(first: Rope, second: Rope) -> Iterator[tuple[float, float]]:
    """The places at which two ropes meet, or one meets itself."""
    a, b = first.curve.samples, second.curve.samples
    found: list[tuple[float, float]] = []
    for i in range(len(a) - 1):
        begin = i + 2 if first is second else 0
        left, right = sorted((a[i][0], a[i + 1][0]))
        for j in range(begin, len(b) - 1):
            if max(b[j][0], b[j + 1][0]) < left or min(b[j][0], b[j + 1][0]) > right:
                continue
            met = _meet(a[i], a[i + 1], b[j], b[j + 1])
            if not met:
                continue
            place, other = (i + met[0]) / SAMPLES, (j + met[1]) / SAMPLES
            # A crossing at the end of two straight pieces may be found in both.
            if all(abs(place - one) + abs(other - two) > 0.01 for one, two in found):
                found.append((place, other))
                yield place, other


def _meet(a: Point, b: Point, c: Point, d: Point) -> tuple[float, float] | None:
    """Where two straight pieces meet, as shares of their lengths."""
    across = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0])
    if abs(across) < 1e-9:
        return None
    s = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / across
    t = ((c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0])) / across
    return (s, t) if 0 <= s < 1 and 0 <= t < 1 else None
