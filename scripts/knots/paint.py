"""Paints a drawing as SVG: each rope a coloured stroke on a darker one, anew where it lies over another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import dist
from pathlib import Path

from scripts.knots.crossings import Crossing, find
from scripts.knots.curve import text
from scripts.knots.description import EVER, Drawing, Part, Rope, Solid, read

EDGE = 3
"""Both edges of a rope together."""
COLOURS = {"rope-a": "#d9963a", "rope-b": "#3f8f5b", "wood": "#a9784f", "accent": "#c0392b"}
"""What a viewer without the app's colours shows."""


def draw(description: Path) -> dict[str, str]:
    """The SVG files of a description, by their names."""
    drawing = read(description)
    svg = paint(drawing)
    name = description.stem
    return {f"{name}.svg": svg} | {f"{name}_{step}.svg": frame(svg, step) for step in drawing.frames}


def paint(drawing: Drawing) -> str:
    """The drawing as an SVG file."""
    width, height = drawing.view
    crossings = find(drawing.ropes)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" fill="none" stroke-linejoin="round">'
    ]
    for layer in range(len(drawing.solids) + 1):
        for step in range(1, drawing.steps + 1):
            lines += _step(drawing, crossings, layer, step)
        lines += [_solid(solid) for solid in drawing.solids if solid.layer == layer]
    return "\n".join([*lines, *_arrows(drawing), "</svg>", ""])


def frame(svg: str, step: int) -> str:
    """What a painted drawing shows at one step, as a drawing without steps."""
    lines = []
    for line in svg.splitlines():
        first, last = (
            int(found[1]) if (found := re.search(rf'data-{name}="(\d+)"', line)) else default
            for name, default in (("step", 1), ("until", EVER))
        )
        if first <= step <= last:
            lines.append(re.sub(r' data-(step|until)="\d+"', "", line))
    return "\n".join([*lines, ""])


def _step(drawing: Drawing, crossings: list[Crossing], layer: int, step: int) -> Iterator[str]:
    for rope in drawing.ropes:
        for part in rope.parts:
            if (part.layer, part.step) == (layer, step):
                yield from _part(rope, part)
    later: dict[tuple[str, str], list[Crossing]] = {}
    for crossing in crossings:
        if (crossing.over.part.layer, crossing.step) == (layer, step) and not _painted_later(drawing, crossing):
            later.setdefault((crossing.over.rope.name, _shown(step, crossing.until)), []).append(crossing)
    for (_, shown), found in later.items():
        yield _again(found, shown)


def _part(rope: Rope, part: Part) -> Iterator[str]:
    curve = rope.curve
    path = curve.path(part.start, part.end)
    start, end = curve.at(curve.moved(part.start, -1)), curve.at(curve.moved(part.end, 1))
    shown = _shown(part.step, rope.until)
    longer = f"M{text(start)}L{path[1:]}L{text(end)}"
    yield f"<g{shown}>{_edge(path, rope)}{_fill(longer, rope)}</g>"
    if part.start == 0:
        yield _cap(rope, 0, part.step, rope.until)
    later = [other for other in rope.parts if other.start == part.end]
    if not later:
        yield _cap(rope, part.end, part.step, rope.until)
    elif later[0].step > part.step:
        yield _cap(rope, part.end, part.step, later[0].step - 1)


def _painted_later(drawing: Drawing, crossing: Crossing) -> bool:
    """Whether the over rope covers the other without more ado, for it is painted after it."""
    over, under = ((p.part.step, drawing.ropes.index(p.rope), p.part.start) for p in (crossing.over, crossing.under))
    return over > under


def _again(crossings: list[Crossing], shown: str) -> str:
    """A rope anew where it lies over what was painted after it."""
    rope, edge, fill = crossings[0].over.rope, "", ""
    for crossing in crossings:
        place, reach = crossing.over.place, crossing.reach
        edge += rope.curve.pieces(rope.curve.moved(place, -reach), rope.curve.moved(place, reach))
        fill += rope.curve.pieces(rope.curve.moved(place, -reach - 1.5), rope.curve.moved(place, reach + 1.5))
    return f"<g{shown}>{_edge(edge, rope)}{_fill(fill, rope)}</g>"


def _cap(rope: Rope, place: int, step: int, until: int) -> str:
    x, y = rope.curve.at(place)
    circles = [
        f'<circle cx="{x:g}" cy="{y:g}" r="{(rope.width + EDGE) / 2:g}" fill="currentColor"/>',
        f'<circle class="{rope.colour}" cx="{x:g}" cy="{y:g}" r="{rope.width / 2:g}" fill="{COLOURS[rope.colour]}"/>',
    ]
    return f"<g{_shown(step, until)}>{''.join(circles)}</g>"


def _edge(path: str, rope: Rope) -> str:
    return f'<path d="{path}" stroke="currentColor" stroke-width="{rope.width + EDGE:g}"/>'


def _fill(path: str, rope: Rope) -> str:
    return f'<path class="{rope.colour}" d="{path}" stroke="{COLOURS[rope.colour]}" stroke-width="{rope.width:g}"/>'


def _solid(solid: Solid) -> str:
    (x1, y1), (x2, y2) = solid.line
    line = f'x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"'
    edge = EDGE / 2 / (dist((x1, y1), (x2, y2)) or 1)
    (ax, ay), (bx, by) = (x1 + (x1 - x2) * edge, y1 + (y1 - y2) * edge), (x2 + (x2 - x1) * edge, y2 + (y2 - y1) * edge)
    longer = f'x1="{ax:g}" y1="{ay:g}" x2="{bx:g}" y2="{by:g}"'
    return (
        f'<line {longer} stroke="currentColor" stroke-width="{solid.width + EDGE:g}"/>'
        f'<line class="{solid.colour}" {line} stroke="{COLOURS[solid.colour]}" stroke-width="{solid.width:g}"/>'
    )


def _arrows(drawing: Drawing) -> Iterator[str]:
    """An arrow where a rope went in a step, as long as that step is shown."""
    for rope in drawing.ropes:
        for step in range(2, drawing.steps + 1):
            laid = [part for part in rope.parts if part.step == step]
            if not laid or rope.parts[0].step == step:
                continue
            end = laid[-1].end
            (x, y), (dx, dy) = rope.curve.at(end), rope.curve.direction(end)
            tip = rope.width / 2 + 13
            base, half = rope.width / 2 + 3, 7
            corners = [
                (x + dx * tip, y + dy * tip),
                (x + dx * base - dy * half, y + dy * base + dx * half),
                (x + dx * base + dy * half, y + dy * base - dx * half),
            ]
            points = " ".join(text(corner) for corner in corners)
            yield f'<polygon{_shown(step, step)} class="accent" points="{points}" fill="{COLOURS["accent"]}"/>'


def _shown(step: int, until: int) -> str:
    begin = f' data-step="{step}"' if step > 1 else ""
    return begin + (f' data-until="{until}"' if until < EVER else "")
