"""One question of a pack, with what is shown beside it and what older clients get instead."""

from __future__ import annotations

from collections.abc import Collection

import yaml

from scout_os.training.content.fields import Fields
from scout_os.training.content.issues import Place, shown
from scout_os.training.content.media_fields import read_media
from scout_os.training.content.outline import QUESTION, Outline, place_of
from scout_os.training.content.payloads import PICTURES, TYPES, read_payload
from scout_os.training.content.source import Source
from scout_os.training.models import OLD_KINDS, Question

MAP = "map"
ON_MAPS = "point_on_map"
_REQUIRED = ("id", "type", "question", "payload", "explanation")
_IN_ENGLISH = ("question_en", "explanation_en")


def read_question(node: yaml.Node, level_id: str, source: Source, outline: Outline) -> tuple[Question, Place]:
    """The question, and the place of its order."""
    fields = Fields(
        node, "question", source, required=("order", *_REQUIRED), optional=(*_IN_ENGLISH, "media", "instead")
    )
    order = fields.whole("order")
    question = _read(fields, level_id, order, TYPES, outline)
    return question, place_of(fields, "order")


def _read(fields: Fields, level_id: str, order: int, types: Collection[str], outline: Outline) -> Question:
    source = fields.source
    kind = fields.choice("type", types)
    payload = fields.find("payload")
    question = Question(
        id=outline.read_id(fields, QUESTION, level_id),
        order=order,
        type=kind,
        question=fields.prose("question"),
        payload=read_payload(kind, payload, source) if kind and payload else {},
        explanation=fields.prose("explanation"),
        question_en=fields.prose("question_en") or None,
        explanation_en=fields.prose("explanation_en") or None,
        media=_read_media(fields, kind),
        instead=_read_instead(fields, level_id, order, kind, outline),
    )
    _check_map(fields, question)
    return question


def _read_media(fields: Fields, kind: str) -> dict[str, object] | None:
    node = fields.find("media")
    if node is None:
        return None
    return read_media(node, fields.source, (MAP,) if kind == ON_MAPS else PICTURES)


def _read_instead(fields: Fields, level_id: str, order: int, kind: str, outline: Outline) -> Question | None:
    """What the question of this `kind` is for clients that know neither all kinds nor media."""
    node = fields.find("instead")
    if node is None:
        if kind and kind not in OLD_KINDS and fields.find("order"):
            fields.source.note(
                fields.find("type") or fields.node,
                f"type: installed clients cannot show {kind}: add instead, a whole question of another type"
                f" ({', '.join(OLD_KINDS)}) with an id of its own",
            )
        return None
    inner = Fields(node, "instead", fields.source, required=_REQUIRED, optional=_IN_ENGLISH)
    return _read(inner, level_id, order, OLD_KINDS, outline)


def _check_map(fields: Fields, question: Question) -> None:
    if question.type != ON_MAPS:
        return
    if question.media is None:
        fields.source.note(fields.node, f"question: {ON_MAPS} needs media of the kind {MAP}")
        return
    places = [place["id"] for place in question.media.get("places", ())]
    key = question.payload.get("correct_answer")
    if key and places and key not in places:
        node = fields.find("payload") or fields.node
        fields.source.note(node, f"correct_answer: {shown(key)} is none of the places {', '.join(places)}")
