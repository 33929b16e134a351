"""The types of questions, and the strict shape of each payload, as graders and clients read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import yaml

from scout_os.training.content.fields import Fields, note_repeats
from scout_os.training.content.issues import shown
from scout_os.training.content.media_fields import MORSE_SIGNS, read_media, read_name, read_signals
from scout_os.training.content.source import Source
from scout_os.training.grading import LONG_WORD, has_long_word, typed_form
from scout_os.training.signals import SEMAPHORE, can_send_morse

FEWEST = 2
MOST = 20
MOST_PICTURES = 6
"""More do not fit on the screen of a phone."""
PICTURES = ("svg", "morse", "semaphore")
"""Kinds of media that may be put in order."""


def read_payload(kind: str, node: yaml.Node, source: Source) -> dict[str, Any]:
    """The payload of a question of type `kind`, with stand-ins for values that were refused."""
    return TYPES[kind](node, source)


def _multiple_choice(node: yaml.Node, source: Source) -> dict[str, Any]:
    fields = Fields(node, "payload", source, required=("options", "correct_answer"))
    options = fields.keys("options", FEWEST, MOST)
    note_repeats(options, "options", source)
    texts = [text for text, _ in options]
    answer = fields.key("correct_answer")
    if answer and texts and answer not in texts:
        source.note(fields.find("correct_answer") or node, f"correct_answer: {shown(answer)} is not among the options")
    return {"options": texts, "correct_answer": answer}


def _fill_blank(node: yaml.Node, source: Source) -> dict[str, Any]:
    fields = Fields(
        node, "payload", source, required=("correct_answer", "case_sensitive"), optional=("accepted", "allow_typo")
    )
    key, case_sensitive = fields.key("correct_answer"), fields.truth("case_sensitive")
    payload: dict[str, Any] = {"correct_answer": key, "case_sensitive": case_sensitive}
    accepted = fields.keys("accepted", 1, MOST)
    form = partial(typed_form, fold_case=not case_sensitive)
    note_repeats([(key, fields.find("correct_answer") or node), *accepted], "accepted", source, form)
    if accepted:
        payload["accepted"] = [text for text, _ in accepted]
    if fields.truth("allow_typo"):
        payload["allow_typo"] = True
        if case_sensitive:
            source.note(fields.find("allow_typo") or node, "allow_typo: contradicts case_sensitive")
        elif key and not any(map(has_long_word, [key, *payload.get("accepted", ())])):
            source.note(
                fields.find("allow_typo") or node, f"allow_typo: no word of the answer has {LONG_WORD} letters or more"
            )
    return payload


def _word_bank(node: yaml.Node, source: Source) -> dict[str, Any]:
    fields = Fields(node, "payload", source, required=("words", "correct_order"))
    words = fields.keys("words", FEWEST, MOST)
    order = fields.keys("correct_order", 1, MOST)
    for name, entries in (("words", words), ("correct_order", order)):
        for text, entry in entries:
            if any(sign.isspace() for sign in text):
                source.note(entry, f"{name}: {shown(text)} holds white space; learners place single words")
    if words:
        _note_not_offered(words, order, source)
    return {"words": [text for text, _ in words], "correct_order": [text for text, _ in order]}


def _note_not_offered(words: list[tuple[str, yaml.Node]], order: list[tuple[str, yaml.Node]], source: Source) -> None:
    left = Counter(text for text, _ in words)
    for text, entry in order:
        if not left[text]:
            source.note(entry, f"correct_order: {shown(text)} is needed more often than words offers it")
        left[text] -= 1


def _matching(node: yaml.Node, source: Source) -> dict[str, Any]:
    fields = Fields(node, "payload", source, required=("pairs",))
    lefts, rights = [], []
    pairs = []
    for entry in fields.children("pairs", FEWEST, MOST):
        pair = Fields(entry, "pairs", source, required=("left", "right"))
        left, right = pair.key("left"), pair.key("right")
        lefts.append((left, pair.find("left") or entry))
        rights.append((right, pair.find("right") or entry))
        pairs.append({"left": left, "right": right})
    note_repeats(((text, entry) for text, entry in lefts if text), "left", source)
    note_repeats(((text, entry) for text, entry in rights if text), "right", source)
    return {"pairs": pairs}


def _true_false(node: yaml.Node, source: Source) -> dict[str, Any]:
    fields = Fields(node, "payload", source, required=("correct_answer",))
    return {"correct_answer": fields.truth("correct_answer")}


def _ordering(node: yaml.Node, source: Source) -> dict[str, Any]:
    fields = Fields(node, "payload", source, required=("items",))
    items = fields.keys("items", FEWEST, MOST)
    note_repeats(items, "items", source)
    return {"items": [text for text, _ in items]}


def _morse_tap(node: yaml.Node, source: Source) -> dict[str, Any]:
    fields = Fields(node, "payload", source, required=("correct_answer",))
    return {"correct_answer": read_signals(fields, "correct_answer", can_send_morse, MORSE_SIGNS)}


def _semaphore_pose(node: yaml.Node, source: Source) -> dict[str, Any]:
    fields = Fields(node, "payload", source, required=("correct_answer",))
    key = fields.key("correct_answer")
    if key and key.upper() not in SEMAPHORE:
        source.note(fields.find("correct_answer") or node, f"correct_answer: {shown(key)} is not one letter A to Z")
    return {"correct_answer": key}


def _order_pictures(node: yaml.Node, source: Source) -> dict[str, Any]:
    fields = Fields(node, "payload", source, required=("items",))
    items: list[dict[str, Any]] = []
    ids: list[tuple[str, yaml.Node]] = []
    pictures: list[dict[str, Any]] = []
    for entry in fields.children("items", FEWEST, MOST_PICTURES):
        item = Fields(entry, "items", source, required=("id", "media"))
        media = item.find("media")
        name, picture = read_name(item, "id"), read_media(media, source, PICTURES) if media else {}
        items.append({"id": name, "media": picture})
        ids.append((name, item.find("id") or entry))
        if picture and picture in pictures:
            source.note(
                entry, f"items: {shown(name)} is the same picture as {shown(items[pictures.index(picture)]['id'])}"
            )
        pictures.append(picture)
    note_repeats(((name, entry) for name, entry in ids if name), "items", source)
    return {"items": items}


def _point_on_map(node: yaml.Node, source: Source) -> dict[str, Any]:
    fields = Fields(node, "payload", source, required=("correct_answer",))
    return {"correct_answer": read_name(fields, "correct_answer")}


TYPES: dict[str, Callable[[yaml.Node, Source], dict[str, Any]]] = {
    "multiple_choice": _multiple_choice,
    "fill_blank": _fill_blank,
    "word_bank": _word_bank,
    "matching": _matching,
    "true_false": _true_false,
    "ordering": _ordering,
    "morse_tap": _morse_tap,
    "semaphore_pose": _semaphore_pose,
    "order_pictures": _order_pictures,
    "point_on_map": _point_on_map,
}
