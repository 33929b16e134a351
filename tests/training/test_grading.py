"""Grading by type, and questions without their keys."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from scout_os.training.grading import Answer, grade, without_key
from scout_os.training.models import Question

PAYLOADS: dict[str, dict[str, Any]] = {
    "multiple_choice": {"options": ["Brownsea", "Wight", "Man"], "correct_answer": "Brownsea"},
    "fill_blank": {"correct_answer": "agustus", "case_sensitive": False},
    "word_bank": {"words": ["siap", "selalu", "sedia"], "correct_order": ["selalu", "siap", "sedia"]},
    "matching": {"pairs": [{"left": "Siaga", "right": "7-10"}, {"left": "Penggalang", "right": "11-15"}]},
    "true_false": {"correct_answer": True},
    "ordering": {"items": ["periksa", "panggil", "tolong"]},
}
RIGHT: list[tuple[str, Answer]] = [
    ("multiple_choice", "Brownsea"),
    ("fill_blank", "  Agustus "),
    ("word_bank", ["Selalu", "siap", " sedia"]),
    ("matching", {"Siaga ": "7-10", "Penggalang": " 11-15"}),
    ("true_false", True),
    ("ordering", ["periksa", "panggil", "tolong"]),
]
WRONG: list[tuple[str, Answer]] = [
    ("multiple_choice", "brownsea"),
    ("fill_blank", "agustu s"),
    ("word_bank", ["siap", "selalu", "sedia"]),
    ("word_bank", ["selalu", "siap"]),
    ("matching", {"Siaga": "11-15", "Penggalang": "7-10"}),
    ("matching", {"Siaga": "7-10"}),
    ("matching", {"Siaga": "7-10", "Penggalang": "11-15", "Penegak": "16-20"}),
    ("true_false", False),
    ("ordering", ["panggil", "periksa", "tolong"]),
    ("ordering", ["periksa", "panggil", "tolong", "tolong"]),
    *((kind, None) for kind in PAYLOADS),
]


def question(kind: str) -> Question:
    return Question("q_x_u1_l1_01", 1, kind, "?", PAYLOADS[kind], "!")


@pytest.mark.parametrize(("kind", "answer"), RIGHT)
def test_right_answers_are_right(kind: str, answer: Answer) -> None:
    """As clients in the field grade: options exactly, texts trimmed and without case, pairs trimmed."""
    assert grade(question(kind), answer) is True


@pytest.mark.parametrize(("kind", "answer"), WRONG)
def test_wrong_and_missing_answers_are_wrong(kind: str, answer: Answer) -> None:
    """Another order, another pair, too few, too many, none at all."""
    assert grade(question(kind), answer) is False


def test_case_matters_where_the_question_says_so() -> None:
    """case_sensitive: true compares as typed, trimmed."""
    strict = Question("q", 1, "fill_blank", "?", {"correct_answer": "Baden", "case_sensitive": True}, "!")
    assert [grade(strict, "Baden "), grade(strict, "baden")] == [True, False]


@pytest.mark.parametrize("kind", PAYLOADS)
def test_without_its_key_a_question_shows_no_order_and_no_answer(kind: str) -> None:
    """No field of the key is left, and over many shuffles what is shown is not always in the key's order."""
    shown = [without_key(question(kind), random.Random(seed)) for seed in range(30)]
    for payload in shown:
        assert not {"correct_answer", "correct_order", "pairs"} & payload.keys()
    if kind not in {"true_false", "fill_blank"}:
        assert len({json.dumps(payload) for payload in shown}) > 1
    if kind == "ordering":
        assert any(payload["items"] != PAYLOADS[kind]["items"] for payload in shown)
