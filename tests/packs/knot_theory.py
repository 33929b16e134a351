"""What mathematics says of a drawing: whether its ropes, their ends joined, hold a knot at all, and which way they turn."""

from __future__ import annotations

from fractions import Fraction

from scripts.knots.crossings import Pass, find, meetings
from scripts.knots.curve import Curve
from scripts.knots.description import EVER, Drawing, Rope

Position = tuple[int, float]
"""A place on the closed line: the number of the piece, and the place in it."""


def determinant(drawing: Drawing) -> int:
    """The determinant of the finished knot, its poles taken away and the ends of its rope joined over everything.

    It is 1 for a rope without a knot, 3 for an overhand knot, 5 for a figure-eight knot.
    """
    (rope,) = _finished(drawing)
    crossings = [((0, over.place), (0, under.place)) for over, under in _crossings(drawing, rope)]
    closing = _closing(rope)
    for there, here in meetings(closing, rope):
        if 0.001 < here < rope.curve.end - 0.001:
            crossings.append(((1, there), (0, here)))
    return _determinant(crossings)


def writhe(drawing: Drawing) -> int:
    """The crossings of two ropes that turn right, less those that turn left; the second rope is followed backwards."""
    first, second = _finished(drawing)
    total = 0
    for crossing in find(drawing.ropes):
        over, under = (p.rope.curve.direction(p.place) for p in (crossing.over, crossing.under))
        sign = 1 if over[0] * under[1] - over[1] * under[0] > 0 else -1
        total += sign * (-1 if {crossing.over.rope, crossing.under.rope} == {first, second} else 1)
    return total


def _finished(drawing: Drawing) -> tuple[Rope, ...]:
    return tuple(rope for rope in drawing.ropes if rope.until == EVER)


def _crossings(drawing: Drawing, rope: Rope) -> list[tuple[Pass, Pass]]:
    found = [(c.over, c.under) for c in find(drawing.ropes) if c.over.rope is rope and c.under.rope is rope]
    for a, b in meetings(rope, rope):
        below, above = sorted((Pass(rope, a), Pass(rope, b)), key=lambda p: p.part.layer)
        if below.part.layer != above.part.layer:
            found.append((above, below))
    return found


def _closing(rope: Rope) -> Rope:
    # Round the picture, lest it meets the rope where two of its pieces meet.
    ends = Curve([rope.curve.points[-1], (131.7, -40.3), rope.curve.points[0]])
    return Rope("closing", rope.colour, rope.width, ends, (), (), (), EVER)


def _determinant(crossings: list[tuple[Position, Position]]) -> int:
    unders = sorted(under for _, under in crossings)
    count = len(unders)
    if count < 2:
        return 1
    rows = []
    for over, under in crossings:
        row = [0] * count
        row[sum(other < over for other in unders) % count] += 2
        row[unders.index(under)] -= 1
        row[(unders.index(under) + 1) % count] -= 1
        rows.append(row[:-1])
    return abs(_eliminate([[Fraction(value) for value in row] for row in rows[:-1]]))


def _eliminate(rows: list[list[Fraction]]) -> int:
    product = Fraction(1)
    for column in range(len(rows)):
        pivot = next((row for row in range(column, len(rows)) if rows[row][column]), None)
        if pivot is None:
            return 0
        rows[column], rows[pivot] = rows[pivot], rows[column]
        product *= rows[column][column]
        for row in range(column + 1, len(rows)):
            factor = rows[row][column] / rows[column][column]
            rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return int(product)
