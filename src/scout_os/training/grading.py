"""Grades answers and hides keys from questions.

`tests/vectors/grading.json` has these rules as examples, for clients that grade by themselves.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from scout_os.core.spelling import canonical
from scout_os.training.models import Payload, Question
from scout_os.training.signals import PLACES, morse_signs, semaphore_poses

LONG_WORD = 6
"""Letters of the shortest word in which a typo can be allowed: shorter words are too often one letter apart."""

Answer = str | bool | list[str] | list[int] | dict[str, str] | None
"""None: unanswered, which is wrong."""


class WrongShape(ValueError):
    """The answer's type does not fit the question's."""


def grade(question: Question, answer: Answer) -> bool:
    """Whether `answer` is right; raises `WrongShape` if its type does not fit the question's."""
    if answer is None:
        return False
    shape, is_right = _GRADERS[question.type]
    if not shape.fits(answer):
        raise WrongShape(f"{question.id}: a {question.type} answer must be {shape.words}")
    return is_right(question.payload, answer)


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
        case "order_pictures":
            # The author's ids may tell the order.
            pictures = [{"id": _neutral_id(item), "media": item["media"]} for item in payload["items"]]
            return {"items": _shuffled(pictures, shuffle)}
        case _:
            return {}


def typed_form(text: str, *, fold_case: bool) -> str:
    """The form in which typed texts are compared: `canonical`, without a full stop at the end.

    A text without letters and digits keeps its full stop: it may be Morse code.
    """
    form = canonical(text, fold_case=fold_case)
    return form[:-1].rstrip() if form.endswith(".") and any(sign.isalnum() for sign in form) else form


def has_long_word(text: str) -> bool:
    return any(part.isalpha() and len(part) >= LONG_WORD for part in _parts(text))


def _one_of_several(payload: Payload, answer: Any) -> bool:
    return canonical(answer) == canonical(payload["correct_answer"])


def _fill_blank(payload: Payload, answer: Any) -> bool:
    fold_case = not payload.get("case_sensitive", False)
    given, *right = (
        typed_form(text, fold_case=fold_case)
        for text in (answer, payload["correct_answer"], *payload.get("accepted", ()))
    )
    return given in right or (payload.get("allow_typo", False) and any(_is_slip(given, text) for text in right))


def _word_bank(payload: Payload, answer: Any) -> bool:
    return _forms(answer, fold_case=True) == _forms(payload["correct_order"], fold_case=True)


def _matching(payload: Payload, answer: Any) -> bool:
    pairs = ((pair["left"], pair["right"]) for pair in payload["pairs"])
    return sorted(map(_forms, answer.items())) == sorted(map(_forms, pairs))


def _true_false(payload: Payload, answer: Any) -> bool:
    return bool(answer is payload["correct_answer"])


def _ordering(payload: Payload, answer: Any) -> bool:
    return _forms(answer) == _forms(payload["items"])


def _morse_tap(payload: Payload, answer: Any) -> bool:
    return bool(canonical(answer) == morse_signs(payload["correct_answer"]))


def _semaphore_pose(payload: Payload, answer: Any) -> bool:
    return [sorted(answer)] == semaphore_poses(payload["correct_answer"])


def _order_pictures(payload: Payload, answer: Any) -> bool:
    items = payload["items"]
    return _forms(answer) in ([item["id"] for item in items], [_neutral_id(item) for item in items])


def _neutral_id(item: Payload) -> str:
    """An id that says no more than the picture itself, which it is made from."""
    media = json.dumps(item["media"], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(media.encode()).hexdigest()[:12]


def _forms(texts: Iterable[str], *, fold_case: bool = False) -> list[str]:
    return [canonical(text, fold_case=fold_case) for text in texts]


def _is_slip(given: str, right: str) -> bool:
    """Whether `given` is `right` but for one letter of one long word: missing, added, replaced, or two neighbours swapped."""
    pairs = list(zip(_parts(given), _parts(right), strict=False))
    wrong = [(one, other) for one, other in pairs if one != other]
    if len(wrong) != 1 or not len(pairs) == len(_parts(given)) == len(_parts(right)):
        return False
    one, other = wrong[0]
    return one.isalpha() and other.isalpha() and len(other) >= LONG_WORD and _is_one_letter_off(one, other)


def _is_one_letter_off(one: str, other: str) -> bool:
    """Whether the Damerau-Levenshtein distance of two different words is 1."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) == 1 or (len(one) == 2 and one == other[::-1])


def _parts(text: str) -> list[str]:
    """Words and what is between them, in order; a word is a run of letters."""
    return ["".join(part) for _, part in groupby(text, str.isalpha)]


def _is_pose(answer: Answer) -> bool:
    return (
        isinstance(answer, list) and len(answer) == 2 and all(type(one) is int and 0 <= one < PLACES for one in answer)
    )


@dataclass(frozen=True)
class _Shape:
    """What an answer must be."""

    words: str
    fits: Callable[[Answer], bool]


_TEXT = _Shape("a text", lambda answer: isinstance(answer, str))
_TEXTS = _Shape(
    "a list of texts", lambda answer: isinstance(answer, list) and all(isinstance(one, str) for one in answer)
)
_PAIRS = _Shape("an object of texts", lambda answer: isinstance(answer, dict))
_TRUTH = _Shape("true or false", lambda answer: isinstance(answer, bool))
_ARMS = _Shape(f"a list of two whole numbers from 0 to {PLACES - 1}", _is_pose)
_GRADERS: Mapping[str, tuple[_Shape, Callable[[Payload, Any], bool]]] = {
    "multiple_choice": (_TEXT, _one_of_several),
    "fill_blank": (_TEXT, _fill_blank),
    "word_bank": (_TEXTS, _word_bank),
    "matching": (_PAIRS, _matching),
    "true_false": (_TRUTH, _true_false),
    "ordering": (_TEXTS, _ordering),
    "morse_tap": (_TEXT, _morse_tap),
    "semaphore_pose": (_ARMS, _semaphore_pose),
    "order_pictures": (_TEXTS, _order_pictures),
    "point_on_map": (_TEXT, _one_of_several),
}


def _shuffled(items: Any, shuffle: random.Random) -> list[Any]:
    return shuffle.sample(list(items), len(items))
