"""Checks a drawing: an SVG file that can do nothing but be looked at, also where a page shows it as part of itself.

Everything is refused that is not on the lists here. Where HTML and XML would read the same bytes differently, so that a
page could see another thing than this check, the file is refused as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from scout_os.training.content.issues import shown

Note = Callable[[int, str], None]
"""Takes a line (1-based) and what is wrong there."""

MAX_DEPTH = 16
MAX_STEPS = 20
NAMESPACE = "http://www.w3.org/2000/svg"
CLASSES = {"rope-a", "rope-b", "wood", "accent", "paper", "water"}
"""The colours that the app's themes give; `fill` and `stroke` beside them are for others."""
_TEXTS = {"text", "tspan", "title", "desc"}
_DRAWN = {"g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon", "text", "tspan"}
_ELEMENTS = _DRAWN | {"svg", "title", "desc", "defs", "clipPath", "linearGradient", "radialGradient", "stop"}
_GEOMETRY = """
    cx cy d dx dy fx fy height offset pathLength points preserveAspectRatio r rotate rx ry textLength transform viewBox
    width x x1 x2 y y1 y2 clipPathUnits gradientTransform gradientUnits spreadMethod"""
_PAINT = """
    class clip-path clip-rule color dominant-baseline fill fill-opacity fill-rule font-family font-size font-style
    font-weight letter-spacing opacity paint-order stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset
    stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor vector-effect"""
_OTHERS = "aria-hidden data-step data-until id role version xmlns"
_ATTRIBUTES = frozenset(f"{_GEOMETRY} {_PAINT} {_OTHERS}".split())
_ID = re.compile("[A-Za-z][A-Za-z0-9_-]*")
_REFERENCE = re.compile(rf"url\(#({_ID.pattern})\)")
_REFERRING = {"fill", "stroke", "clip-path"}
_NUMBER = r"-?\d{1,5}(?:\.\d{1,3})?"
_VIEW_BOX = re.compile(rf"({_NUMBER})[ ,]+({_NUMBER})[ ,]+({_NUMBER})[ ,]+({_NUMBER})")
_STEP = re.compile("[1-9][0-9]?")


class ViewBox(NamedTuple):
    """The part of the plane that is shown, in its own units."""

    x: float
    y: float
    width: float
    height: float


@dataclass
class Svg:
    """What is known of a drawing."""

    view_box: ViewBox | None = None
    changes: set[int] = field(default_factory=set)
    """The steps at which something appears or goes."""


class _Stop(Exception):
    """The rest need not be read."""


def read_svg(content: bytes, note: Note) -> Svg:
    """Read a drawing, and note what is wrong with it."""
    reader = _Reader(note)
    reader.read(content)
    return reader.svg


class _Reader:
    def __init__(self, note: Note) -> None:
        self.svg = Svg()
        self._note = note
        self._open: list[str] = []
        self._ids: set[str] = set()
        self._used: list[tuple[int, str]] = []
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._comment
        parser.StartDoctypeDeclHandler = self._refuse("a DOCTYPE, which may define entities: leave it out")
        parser.ProcessingInstructionHandler = self._refuse("a processing instruction: leave it out")
        parser.StartCdataSectionHandler = self._refuse("a CDATA section: write its text alone")

    def read(self, content: bytes) -> None:
        try:
            # The parser alone would follow a byte order mark into UTF-16.
            self._parser.Parse(content.decode("utf-8").encode(), True)
        except UnicodeDecodeError as error:
            self._note(
                content.count(b"\n", 0, error.start) + 1, "not UTF-8 text: save the file with the encoding UTF-8"
            )
            return
        except expat.ExpatError as error:
            self._note(error.lineno, f"not valid XML: {expat.ErrorString(error.code)}")
            return
        except _Stop:
            return
        for line, name in self._used:
            if name not in self._ids:
                self._note(line, f"url(#{name}): there is no element with this id")

    def _refuse(self, reason: str) -> Callable[..., None]:
        def refuse(*_: object) -> None:
            self._add(reason)
            raise _Stop

        return refuse

    def _add(self, reason: str) -> None:
        self._note(self._parser.CurrentLineNumber, reason)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        parent = self._open[-1] if self._open else None
        self._open.append(name)
        if len(self._open) > MAX_DEPTH:
            self._refuse(f"nested deeper than {MAX_DEPTH} levels")()
        if (parent is None) != (name == "svg"):
            self._add("one <svg> must hold everything else")
        elif name not in _ELEMENTS:
            self._add(f"<{name[:30]}>: this element is not allowed in drawings")
        elif parent in ("title", "desc"):
            self._add(f"<{parent}> may hold text alone")
        if parent is None:
            self._check_root(attributes)
        for attribute, value in attributes.items():
            problem = self._problem(name, attribute, value)
            if problem:
                self._add(f"{attribute[:30]}: {problem}")
        self._note_steps(attributes)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if text.strip() and (not self._open or self._open[-1] not in _TEXTS):
            self._add(f"text outside <text>: {shown(text.strip())}")

    def _comment(self, text: str) -> None:
        if "<" in text or ">" in text:
            self._add("a comment with < or >: HTML may take it for something else")

    def _check_root(self, attributes: dict[str, str]) -> None:
        if attributes.get("xmlns") != NAMESPACE:
            self._add(f'<svg>: must have xmlns="{NAMESPACE}"')
        match = _VIEW_BOX.fullmatch(attributes.get("viewBox", ""))
        box = ViewBox(*map(float, match.groups())) if match else None
        if box is None or box.width <= 0 or box.height <= 0:
            self._add('<svg>: must have a viewBox of four numbers, such as viewBox="0 0 100 100"')
        else:
            self.svg.view_box = box

    def _problem(self, element: str, attribute: str, value: str) -> str | None:
        if attribute not in _ATTRIBUTES or (attribute == "xmlns" and element != "svg"):
            return "this attribute is not allowed in drawings"
        if attribute == "class":
            unknown = [name for name in value.split() if name not in CLASSES]
            return f"{shown(unknown[0])} is none of {', '.join(sorted(CLASSES))}" if unknown else None
        if attribute in ("data-step", "data-until") and element not in _DRAWN:
            return f"<{element}> is not drawn"
        if attribute == "id":
            if value in self._ids or not _ID.fullmatch(value):
                return f"{shown(value)} is there twice, or has other characters than letters, digits, - and _"
            self._ids.add(value)
            return None
        reference = _REFERENCE.fullmatch(value) if attribute in _REFERRING else None
        if reference:
            self._used.append((self._parser.CurrentLineNumber, reference[1]))
        elif attribute != "xmlns" and re.search(r"[\\<>]|:|url|//", value, re.IGNORECASE):
            return f"{shown(value)} is not allowed: it may lead outside the file"
        return None

    def _note_steps(self, attributes: dict[str, str]) -> None:
        first, last = attributes.get("data-step", "1"), attributes.get("data-until")
        for value in filter(None, (first, last)):
            if not _STEP.fullmatch(value) or int(value) > MAX_STEPS:
                self._add(f"data-step and data-until: must be 1 to {MAX_STEPS}, not {shown(value)}")
                return
        if last is not None and int(last) < int(first):
            self._add(f"data-until: {last} is before data-step {first}")
        self.svg.changes |= {int(first), *([int(last) + 1] if last else [])} - {1}
