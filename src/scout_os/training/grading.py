"""Grades answers as clients in the field do, and hides keys from questions."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from scout_os.training.models import Payload, Question

Answer = str | bool | list[str] | dict[str, str] | None
"""None: unanswered, which is wrong."""


class WrongShape(ValueError):
    """The answer's type does not fit the question's."""


def grade(question: Question, answer: Answer) -> bool:
    """Whether `answer` is right; raises `WrongShape` if its type does not fit the question's."""
    if answer is None:
        return False
    expected, grader = _GRADERS[question.type]
    if not isinstance(answer, expected):
        raise WrongShape(f"{question.id}: a {question.type} answer must be {_KINDS[expected]}")
    return grader(question.payload, answer)


def without_key(question: Question, shuffle: random.Random) -> Payload:
    """The payload without its key: options, pairs and order are shuffled."""
    payload = question.payload
    match question.type:
        case "multiple_choice":
            return {"options": _shuffled(payload["options"], shuffle)}
        case "fill_blank":
            return {"case_sensitive": payload.get("case_sensitive", False)}
        case "word_bank":
            return {"words": _shuffled(payload["words"], shuffle)}
        case "matching":
            left, right = zip(*((pair["left"], pair["right"]) for pair in payload["pairs"]), strict=True)
            return {"left": _shuffled(left, shuffle), "right": _shuffled(right, shuffle)}
        case "ordering":
            return {"items": _shuffled(payload["items"], shuffle)}
        case _:
            return {}


def _multiple_choice(payload: Payload, answer: Any) -> bool:
    return bool(answer == payload["correct_answer"])


def _fill_blank(payload: Payload, answer: Any) -> bool:
    given, right = answer.strip(), payload["correct_answer"].strip()
    if payload.get("case_sensitive", False):
        return bool(given == right)
    return bool(given.lower() == right.lower())


def _word_bank(payload: Payload, answer: Any) -> bool:
    return [_plain(word) for word in answer] == [_plain(word) for word in payload["correct_order"]]


def _matching(payload: Payload, answer: Any) -> bool:
    given = {left.strip(): right.strip() for left, right in answer.items()}
    return given == {pair["left"].strip(): pair["right"].strip() for pair in payload["pairs"]}


def _true_false(payload: Payload, answer: Any) -> bool:
    return bool(answer is payload["correct_answer"])


def _ordering(payload: Payload, answer: Any) -> bool:
    return [item.strip() for item in answer] == [item.strip() for item in payload["items"]]


_GRADERS: Mapping[str, tuple[type, Callable[[Payload, Any], bool]]] = {
    "multiple_choice": (str, _multiple_choice),
    "fill_blank": (str, _fill_blank),
    "word_bank": (list, _word_bank),
    "matching": (dict, _matching),
    "true_false": (bool, _true_false),
    "ordering": (list, _ordering),
}
_KINDS = {str: "a text", list: "a list of texts", dict: "an object of texts", bool: "true or false"}


def _plain(word: str) -> str:
    return word.strip().lower()


def _shuffled(items: Any, shuffle: random.Random) -> list[str]:
    return shuffle.sample(list(items), len(items))
