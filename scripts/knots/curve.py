"""The middle line of a rope: a smooth curve through the points of its description."""

from __future__ import annotations

from math import dist, hypot

Point = tuple[float, float]

SAMPLES = 16
"""Straight pieces that a curve between two points is measured with."""


class Curve:
    """A curve through points; a place on it is a number, whole at the points: 1.5 is half way from the second to the third."""

    def __init__(self, points: list[Point]) -> None:
        self.points = points
        self._handles = [_tangent(points, index) for index in range(len(points))]
        count = (len(points) - 1) * SAMPLES
        self.samples = [self.at(index / SAMPLES) for index in range(count + 1)]

    @property
    def end(self) -> float:
        """The last place."""
        return float(len(self.points) - 1)

    def at(self, place: float) -> Point:
        """The point at a place; before the start and after the end, the nearest end."""
        place = min(max(place, 0.0), self.end)
        index = min(int(place), len(self.points) - 2)
        rest = place - index
        a, b, c, d = self._bezier(index)
        weights = ((1 - rest) ** 3, 3 * rest * (1 - rest) ** 2, 3 * rest**2 * (1 - rest), rest**3)
        x, y = (sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
        return x, y

    def direction(self, place: float) -> Point:
        """The direction at a place, of length 1."""
        before, after = self.at(place - 0.02), self.at(place + 0.02)
        length = dist(before, after) or 1.0
        return (after[0] - before[0]) / length, (after[1] - before[1]) / length

    def bend(self, place: float) -> float:
        """One divided by the radius of the bend at a place."""
        (ax, ay), (bx, by) = self.direction(place - 0.1), self.direction(place + 0.1)
        return dist((ax, ay), (bx, by)) / (dist(self.at(place - 0.1), self.at(place + 0.1)) or 1.0)

    def moved(self, place: float, length: float) -> float:
        """The place that is so far along the curve, or back if the length is negative."""
        sign = 1 if length > 0 else -1
        left, here = abs(length), self.at(place)
        while left > 0 and 0 <= place <= self.end:
            place += sign / SAMPLES / 16
            there = self.at(place)
            left -= dist(here, there)
            here = there
        return min(max(place, 0.0), self.end)

    def path(self, start: int, end: int) -> str:
        """SVG path data from one point to another."""
        parts = [f"M{text(self.points[start])}"]
        for index in range(start, end):
            _, *rest = self._bezier(index)
            parts.append("C" + " ".join(text(point) for point in rest))
        return "".join(parts)

    def pieces(self, start: float, end: float) -> str:
        """SVG path data of straight pieces: for the short parts at crossings."""
        count = max(2, round((end - start) * SAMPLES / 2))
        places = [start + (end - start) * index / count for index in range(count + 1)]
        return "M" + " ".join(text(self.at(place)) for place in places)

    def _bezier(self, index: int) -> tuple[Point, Point, Point, Point]:
        a, d = self.points[index], self.points[index + 1]
        (ax, ay), (dx, dy) = self._handles[index], self._handles[index + 1]
        out, back = self._reach(index, index + 1), self._reach(index + 1, index)
        return a, (a[0] + ax * out, a[1] + ay * out), (d[0] - dx * back, d[1] - dy * back), d

    def _reach(self, index: int, other: int) -> float:
        """The length of the handle at a point: shorter beside a short piece, lest a long one swings."""
        length = dist(self.points[index], self.points[other])
        beyond = 2 * index - other
        if 0 <= beyond < len(self.points):
            length = min(length, 1.7 * dist(self.points[index], self.points[beyond]))
        return 0.37 * length


def text(point: Point) -> str:
    """The point as SVG writes it, to a tenth of a unit."""
    return f"{point[0]:.1f},{point[1]:.1f}".replace(".0", "")


def _tangent(points: list[Point], index: int) -> Point:
    """The direction at a point: the nearer neighbour counts more; towards the only neighbour at the ends."""
    here = points[index]
    before, after = points[max(index - 1, 0)], points[min(index + 1, len(points) - 1)]
    back, forth = dist(before, here), dist(here, after)
    x, y = (
        (here[axis] - before[axis]) * (forth / back if back else 1)
        + (after[axis] - here[axis]) * (back / forth if forth else 1)
        for axis in (0, 1)
    )
    if not back or not forth:
        x, y = after[0] - before[0], after[1] - before[1]
    length = hypot(x, y) or 1.0
    return x / length, y / length
