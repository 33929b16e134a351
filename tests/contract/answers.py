"""Answers as a client sends them to a service that grades, and what such a service may show of a question before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.contract.packs import Lesson

Written = dict[str, Any]
"""A question as its pack has it."""

SHOWN = {
    "multiple_choice": {"options"},
    "fill_blank": {"case_sensitive"},
    "word_bank": {"words"},
    "matching": {"left", "right"},
    "true_false": set(),
    "ordering": {"items"},
    "morse_tap": set(),
    "semaphore_pose": set(),
    "order_pictures": {"items"},
    "point_on_map": set(),
}
"""The payload's fields when the key stays with the service."""
TAPPED = {"SOS": "... --- ...", "TIM": "- .. --", "TES": "- . ...", "PANDU": ".--. .- -. -.. ..-"}
"""What is tapped for the texts of the packs."""
POSED = {"R": [6, 2], "B": [2, 0], "F": [0, 6]}
"""Where the arms are for the letters of the packs."""
FIELDS = {"id", "level_id", "type", "question", "payload", "xp", "order", "is_active", "created_at"}


def right_answers(lesson: Lesson) -> dict[str, Any]:
    """A right answer to each question."""
    return {question["id"]: right_answer(question) for question in lesson.questions}


def wrong_answers(lesson: Lesson) -> dict[str, Any]:
    """A wrong answer, of the right kind, to each question."""
    return {question["id"]: _wrong_answer(question) for question in lesson.questions}


def right_answer(question: Written) -> Any:
    """The answer, spelt as sloppily as is allowed."""
    payload = question["payload"]
    match question["type"]:
        case "multiple_choice" | "true_false":
            return payload["correct_answer"]
        case "fill_blank":
            answer = payload["correct_answer"]
            return f"  {answer if payload['case_sensitive'] else answer.upper()}\n"
        case "word_bank":
            return [f" {word.upper()}" for word in payload["correct_order"]]
        case "matching":
            return {f"{pair['left']} ": f" {pair['right']}" for pair in payload["pairs"]}
        case "ordering":
            return payload["items"]
        case "morse_tap":
            return TAPPED[payload["correct_answer"]]
        case "semaphore_pose":
            return POSED[payload["correct_answer"]]
        case "order_pictures":
            return [item["id"] for item in payload["items"]]
        case "point_on_map":
            return payload["correct_answer"]
    raise ValueError(question["type"])


def _wrong_answer(question: Written) -> Any:
    payload = question["payload"]
    match question["type"]:
        case "multiple_choice":
            return next(option for option in payload["options"] if option != payload["correct_answer"])
        case "true_false":
            return not payload["correct_answer"]
        case "fill_blank":
            return f"{payload['correct_answer']} x"
        case "word_bank":
            return [*payload["correct_order"], payload["words"][0]]
        case "matching":
            first, *rest = payload["pairs"]
            return {pair["left"]: first["right"] for pair in rest} | {first["left"]: rest[0]["right"]}
        case "ordering":
            return payload["items"][::-1]
        case "morse_tap":
            return TAPPED[payload["correct_answer"]].replace(" ", "")
        case "semaphore_pose":
            return [0, 0]
        case "order_pictures":
            return [item["id"] for item in payload["items"]][::-1]
        case "point_on_map":
            return next(
                place["id"] for place in question["media"]["places"] if place["id"] != payload["correct_answer"]
            )
    raise ValueError(question["type"])


def accepted_texts(payload: dict[str, Any]) -> list[str]:
    """All texts that are right in a blank."""
    return [payload["correct_answer"], *payload.get("accepted", ())]


def check_hidden(shown: dict[str, Any], question: Written) -> None:
    """Compares every value of a shown question with the key and the explanation: none may tell it."""
    payload, written, kind = shown["payload"], question["payload"], question["type"]
    assert set(shown) == FIELDS
    assert set(payload) == SHOWN[kind]
    assert question["explanation"].strip() not in json.dumps(shown, ensure_ascii=False)
    beside = list(values({name: value for name, value in shown.items() if name != "payload"}))
    match kind:
        case "multiple_choice":
            assert sorted(payload["options"]) == sorted(written["options"])
            assert written["correct_answer"] not in beside
        case "fill_blank":
            everything = [value.strip().lower() for value in values(shown) if isinstance(value, str)]
            assert not {each.strip().lower() for each in accepted_texts(written)} & set(everything)
        case "word_bank":
            assert sorted(payload["words"]) == sorted(written["words"])
        case "matching":
            assert sorted(payload["left"]) == sorted(pair["left"] for pair in written["pairs"])
            assert sorted(payload["right"]) == sorted(pair["right"] for pair in written["pairs"])
        case "ordering":
            assert sorted(payload["items"]) == sorted(written["items"])


def values(node: object) -> Iterator[object]:
    """Every value inside a JSON value."""
    yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from values(child)
