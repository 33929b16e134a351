"""How the client in the field grades, and what its learners can enter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from tests.contract.models import Question
from tests.contract.wire import Fields, ParseError

Entry: TypeAlias = str | dict[str, str] | None
"""A tapped option, a typed text, tapped words joined by blanks, or pairs; None: nothing entered."""


def is_right(question: Question, entry: Entry) -> bool:
    """The client's verdict."""
    payload = question.payload
    if entry is None:
        return False
    match question.type:
        case "multiple_choice":
            return entry in texts(question, "options") and bool(entry == payload["correct_answer"])
        case "fill_blank":
            assert isinstance(entry, str)
            if payload.get("case_sensitive") is True:
                return entry.strip() == Fields(payload).text("correct_answer").strip()
            return _plain(entry) == _plain(payload["correct_answer"])
        case "word_bank":
            assert isinstance(entry, str)
            return [_plain(word) for word in entry.split()] == [_plain(word) for word in payload["correct_order"]]
        case "matching":
            assert isinstance(entry, dict)
            given = {left.strip(): right.strip() for left, right in entry.items()}
            return all(given.get(pair["left"].strip()) == pair["right"].strip() for pair in payload["pairs"])
    raise ParseError(f"the client has no widget for {question.type}")


def right_entries(question: Question) -> list[Entry]:
    """What a learner who knows the answer can enter, also sloppily."""
    payload = Fields(question.payload)
    match question.type:
        case "multiple_choice":
            [option] = [option for option in texts(question, "options") if option == payload.text("correct_answer")]
            return [option]
        case "fill_blank":
            answer = payload.text("correct_answer")
            sloppy = [answer] if payload.truth("case_sensitive") else [answer.upper(), f"\t{answer.title()}"]
            return [answer, f"  {answer} ", *sloppy]
        case "word_bank":
            return [" ".join(_taken(texts(question, "words"), texts(question, "correct_order")))]
        case "matching":
            return [dict(_pairs(question))]
    raise ParseError(f"the client has no widget for {question.type}")


def wrong_entries(question: Question) -> list[Entry]:
    """What a learner who does not know it can enter."""
    payload = question.payload
    match question.type:
        case "multiple_choice":
            return [None, *(option for option in texts(question, "options") if option != payload["correct_answer"])]
        case "fill_blank":
            return [None, "", " ", f"{payload['correct_answer']}x", f"x {payload['correct_answer']}"]
        case "word_bank":
            order = texts(question, "correct_order")
            return [None, "", " ".join(order[1:]), " ".join([*order, order[0]]), *_swapped(order)]
        case "matching":
            lefts, rights = zip(*_pairs(question), strict=True)
            turned = dict(zip(lefts, [*rights[1:], rights[0]], strict=True))
            return [None, {}, turned, dict(_pairs(question)[1:])]
    raise ParseError(f"the client has no widget for {question.type}")


def texts(question: Question, name: str) -> list[str]:
    """A list of strings of the payload, as the client's casts take it."""
    values = question.payload.get(name)
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise ParseError(f"{question.id}: payload.{name} is no list of strings: {values!r}")
    return values


def _pairs(question: Question) -> list[tuple[str, str]]:
    pairs = Fields(question.payload, question.id).children("pairs")
    return [(pair.text("left"), pair.text("right")) for pair in pairs]


def _taken(tiles: Sequence[str], order: Sequence[str]) -> list[str]:
    """The tiles in that order, each taken once: a learner has no others."""
    left = list(tiles)
    for word in order:
        left.remove(word)
    return list(order)


def _swapped(order: Sequence[str]) -> list[str]:
    """The sentence with its first two different neighbours exchanged; none if all words are the same."""
    for place, (word, following) in enumerate(pairwise(order)):
        if word != following:
            return [" ".join([*order[:place], following, word, *order[place + 2 :]])]
    return []


def _plain(text: str) -> str:
    return text.strip().lower()
