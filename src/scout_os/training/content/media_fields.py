"""What a question shows beside its text: a drawing, signals, or a map with places."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from itertools import combinations
from typing import Any

import yaml

from scout_os.training.content.directory import Unreadable
from scout_os.training.content.drawings import FOLDER, Drawing
from scout_os.training.content.fields import Fields, note_repeats
from scout_os.training.content.issues import shown
from scout_os.training.content.source import Source
from scout_os.training.content.svg import MAX_STEPS, ViewBox
from scout_os.training.signals import can_send_morse, can_send_semaphore

FEWEST_PLACES = 2
MOST_PLACES = 20
MAX_SIGNALS = 60
NAME = re.compile("[a-z0-9][a-z0-9_-]{0,39}")
_FILE = re.compile(NAME.pattern + r"\.svg")


def read_media(node: yaml.Node, source: Source, kinds: Collection[str]) -> dict[str, Any]:
    """The media of one of these kinds; a drawing also has the `hash` of its file."""
    kind = _kind(node)
    if kind not in kinds:
        Fields(node, "media", source, required=("kind", "alt"), optional=_OPTIONAL).choice("kind", kinds)
        return {}
    required, optional, read = _KINDS[kind]
    fields = Fields(node, "media", source, required=("kind", *required, "alt"), optional=(*optional, "alt_en"))
    media = {"kind": kind, **read(fields), "alt": fields.line("alt")}
    if fields.find("alt_en"):
        media["alt_en"] = fields.line("alt_en")
    return media


def read_name(fields: Fields, field: str) -> str:
    """The id of a place or picture, which is an id within its question only."""
    node, value = fields.find(field), fields.word(field)
    if node and value and not NAME.fullmatch(value):
        fields.source.note(node, f"{field}: {shown(value)} must be lower-case letters, digits, - and _")
    return value


def _kind(node: yaml.Node) -> str:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((str(value.value) for key, value in pairs if key.value == "kind"), "")


def _svg(fields: Fields) -> dict[str, Any]:
    drawing = _drawing(fields)
    steps = fields.whole("steps", 1, MAX_STEPS) if fields.find("steps") else 1
    if drawing is not None and drawing.is_good and steps:
        _check_steps(fields, drawing.svg.changes, steps)
    return {**_file(fields, drawing), "steps": steps}


def _check_steps(fields: Fields, changes: set[int], steps: int) -> None:
    last = max(changes, default=1)
    silent = sorted(set(range(2, last + 1)) - changes)
    if silent:
        fields.source.note(
            fields.node, f"file: nothing appears or goes at step {silent[0]} of the drawing, but at {last}"
        )
    elif last != steps:
        fields.source.note(fields.find("steps") or fields.node, f"steps: the drawing has {last}")


def _map(fields: Fields) -> dict[str, Any]:
    drawing = _drawing(fields)
    source = fields.source
    entries = fields.children("places", FEWEST_PLACES, MOST_PLACES)
    places = [_place(entry, source) for entry in entries]
    note_repeats(
        ((place["id"], entry) for place, entry in zip(places, entries, strict=True) if place["id"]), "places", source
    )
    known = [(place, entry) for place, entry in zip(places, entries, strict=True) if None not in place.values()]
    for (one, _), (other, entry) in combinations(known, 2):
        if math.dist((one["x"], one["y"]), (other["x"], other["y"])) < one["radius"] + other["radius"]:
            source.note(entry, f"places: {shown(other['id'])} overlaps {shown(one['id'])}")
    for place, entry in known:
        if drawing is not None and drawing.svg.view_box is not None and not _is_inside(place, drawing.svg.view_box):
            source.note(entry, f"places: {shown(place['id'])} is not wholly inside the drawing's viewBox")
    return {**_file(fields, drawing), "places": places}


def _place(entry: yaml.Node, source: Source) -> dict[str, Any]:
    fields = Fields(entry, "places", source, required=("id", "x", "y", "radius", "label"), optional=("label_en",))
    place: dict[str, Any] = {"id": read_name(fields, "id")}
    place |= {name: fields.number(name) for name in ("x", "y", "radius")}
    radius = place["radius"]
    if radius is not None and radius <= 0:
        source.note(fields.find("radius") or entry, "radius: must be more than 0")
    place["label"] = fields.line("label")
    if fields.find("label_en"):
        place["label_en"] = fields.line("label_en")
    return place


def _is_inside(place: dict[str, Any], box: ViewBox) -> bool:
    x, y, radius = place["x"], place["y"], place["radius"]
    return bool(
        box.x <= x - radius
        and x + radius <= box.x + box.width
        and box.y <= y - radius
        and y + radius <= box.y + box.height
    )


def _signals(can_send: Callable[[str], bool], signs: str) -> Callable[[Fields], dict[str, Any]]:
    def read(fields: Fields) -> dict[str, Any]:
        return {"text": read_signals(fields, "text", can_send, signs)}

    return read


def read_signals(fields: Fields, field: str, can_send: Callable[[str], bool], signs: str) -> str:
    """Text that can be sent as signals."""
    node, text = fields.find(field), fields.key(field)
    if node and text and not (can_send(text) and len(text) <= MAX_SIGNALS):
        needs = f"at most {MAX_SIGNALS} characters, {signs} and single blanks between words"
        fields.source.note(node, f"{field}: {shown(text)} cannot be sent: it needs {needs}")
    return text


def _file(fields: Fields, drawing: Drawing | None) -> dict[str, str]:
    return {"file": fields.word("file"), "hash": "" if drawing is None else drawing.hash}


def _drawing(fields: Fields) -> Drawing | None:
    node = fields.find("file")
    name = fields.word("file")
    if node is None or not name:
        return None
    if not _FILE.fullmatch(name):
        fields.source.note(node, f"file: {shown(name)} is no name of a drawing, such as simpul_mati.svg")
        return None
    try:
        return fields.source.drawings.read(name)
    except Unreadable as error:
        fields.source.note(node, f"file: {FOLDER}/{name} cannot be read: {error}")
        return None


MORSE_SIGNS = "letters A to Z, digits"
SEMAPHORE_SIGNS = "letters A to Z"
_KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[Fields], dict[str, Any]]]] = {
    "svg": (("file",), ("steps",), _svg),
    "morse": (("text",), (), _signals(can_send_morse, MORSE_SIGNS)),
    "semaphore": (("text",), (), _signals(can_send_semaphore, SEMAPHORE_SIGNS)),
    "map": (("file", "places"), (), _map),
}
_OPTIONAL = ("file", "steps", "text", "places", "alt_en")
