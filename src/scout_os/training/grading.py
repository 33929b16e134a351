"""Grades answers and hides keys from questions.

`tests/vectors/grading.json` has these rules as examples, for clients that grade by themselves.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from scout_os.core.spelling import canonical
from scout_os.training.models import Payload, Question

LONG_WORD = 6
"""Letters of the shortest word in which a typo can be allowed: shorter words are too often one letter apart."""

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


def typed_form(text: str, *, fold_case: bool) -> str:
    """The form in which typed texts are compared: `canonical`, without a full stop at the end.

    A text without letters and digits keeps its full stop: it may be Morse code.
    """
    form = canonical(text, fold_case=fold_case)
    return form[:-1].rstrip() if form.endswith(".") and any(sign.isalnum() for sign in form) else form


def has_long_word(text: str) -> bool:
    return any(part.isalpha() and len(part) >= LONG_WORD for part in _parts(text))


def _multiple_choice(payload: Payload, answer: Any) -> bool:
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


_GRADERS: Mapping[str, tuple[type, Callable[[Payload, Any], bool]]] = {
    "multiple_choice": (str, _multiple_choice),
    "fill_blank": (str, _fill_blank),
    "word_bank": (list, _word_bank),
    "matching": (dict, _matching),
    "true_false": (bool, _true_false),
    "ordering": (list, _ordering),
}
_KINDS = {str: "a text", list: "a list of texts", dict: "an object of texts", bool: "true or false"}


def _shuffled(items: Any, shuffle: random.Random) -> list[str]:
    return shuffle.sample(list(items), len(items))
