"""Grading by type, and questions without their keys."""

from __future__ import annotations

import json
import random
from itertools import permutations
from typing import Any

import pytest

from scout_os.training.grading import Answer, grade, without_key
from scout_os.training.models import Question
from tests.training import spellings
from tests.vectors.grading import FILE, vectors

PAYLOADS: dict[str, dict[str, Any]] = {
    "multiple_choice": {"options": ["Brownsea", "Wight", "Man"], "correct_answer": "Brownsea"},
    "fill_blank": {"correct_answer": "agustus", "case_sensitive": False, "accepted": ["8"], "allow_typo": True},
    "word_bank": {"words": ["siap", "selalu", "sedia"], "correct_order": ["selalu", "siap", "sedia"]},
    "matching": {"pairs": [{"left": "Siaga", "right": "7-10"}, {"left": "Penggalang", "right": "11-15"}]},
    "true_false": {"correct_answer": True},
    "ordering": {"items": ["periksa", "panggil", "tolong"]},
    "morse_tap": {"correct_answer": "SOS"},
    "semaphore_pose": {"correct_answer": "R"},
    "order_pictures": {"items": [{"id": name, "media": {"kind": "morse", "text": name}} for name in "bac"]},
    "point_on_map": {"correct_answer": "a"},
}
RIGHT: list[tuple[str, Answer]] = [
    ("multiple_choice", "Brownsea"),
    ("fill_blank", "  Agustus "),
    ("word_bank", ["Selalu", "siap", " sedia"]),
    ("matching", {"Siaga ": "7-10", "Penggalang": " 11-15"}),
    ("true_false", True),
    ("ordering", ["periksa", "panggil", "tolong"]),
    ("morse_tap", " ... –––  ..."),
    ("semaphore_pose", [6, 2]),
    ("order_pictures", ["b", "a", "c"]),
    ("point_on_map", "a"),
    ("fill_blank", "agustus."),
    ("fill_blank", "a\u200bgustus\u00a0"),
]
WRONG: list[tuple[str, Answer]] = [
    ("multiple_choice", "brownsea"),
    ("fill_blank", "agustu s"),
    ("word_bank", ["siap", "selalu", "sedia"]),
    ("word_bank", ["selalu", "siap"]),
    ("matching", {"Siaga": "11-15", "Penggalang": "7-10"}),
    ("matching", {"Siaga": "7-10"}),
    ("matching", {"Siaga": "7-10", "Penggalang": "11-15", "Penegak": "16-20"}),
    ("matching", {"Siaga": "7-10", "Siaga ": "11-15", "Penggalang": "11-15"}),
    ("true_false", False),
    ("ordering", ["panggil", "periksa", "tolong"]),
    ("ordering", ["periksa", "panggil", "tolong", "tolong"]),
    ("morse_tap", "...---..."),
    ("semaphore_pose", [6, 6]),
    ("order_pictures", ["a", "b", "c"]),
    ("point_on_map", "b"),
    *((kind, None) for kind in PAYLOADS),
]


PAIRS = 5_000
BADEN = {"correct_answer": "Baden-Powell", "accepted": ["Baden Powell"], "case_sensitive": False, "allow_typo": True}


def question(kind: str, payload: dict[str, Any] | None = None) -> Question:
    return Question("q_x_u1_l1_01", 1, kind, "?", PAYLOADS[kind] if payload is None else payload, "!")


def blank(key: str, answer: str, **more: Any) -> bool:
    return grade(question("fill_blank", {"correct_answer": key, "case_sensitive": False, **more}), answer)


@pytest.mark.parametrize(("kind", "answer"), RIGHT)
def test_right_answers_are_right(kind: str, answer: Answer) -> None:
    """Options in their own case, typed texts in any, all of them however they are spelt to look the same."""
    assert grade(question(kind), answer) is True


@pytest.mark.parametrize(("kind", "answer"), WRONG)
def test_wrong_and_missing_answers_are_wrong(kind: str, answer: Answer) -> None:
    """Another order, another pair, too few, too many, none at all."""
    assert grade(question(kind), answer) is False


def test_case_matters_where_the_question_says_so() -> None:
    """case_sensitive: true compares as typed, trimmed."""
    strict = Question("q", 1, "fill_blank", "?", {"correct_answer": "Baden", "case_sensitive": True}, "!")
    assert [grade(strict, "Baden "), grade(strict, "baden")] == [True, False]


def test_what_looks_the_same_is_right() -> None:
    """5,000 generated pairs that a reader cannot tell apart."""
    wrong = [pair for pair in spellings.same(1, PAIRS) if not grade(question(*pair[:2]), pair[2])]
    assert wrong == []


def test_what_looks_different_is_wrong() -> None:
    """5,000 generated pairs that differ to a reader, by a letter, a sign, an accent or a case that matters."""
    right = [pair for pair in spellings.different(2, PAIRS) if grade(question(*pair[:2]), pair[2])]
    assert right == []


@pytest.mark.parametrize(
    ("key", "answer", "verdict"),
    [
        *(("Jumat'at", answer, True) for answer in ("Jumat’at", "jumat\u02bcat", "JUMAT`AT")),
        *(("café au lait", answer, True) for answer in ("cafe\u0301 au lait", "Café  au\u00a0lait", "café\tau lait.")),
        *(("cafe\u0301", answer, True) for answer in ("café", "CAFÉ.")),
        *(("Baden-Powell", answer, True) for answer in ("Baden\u2011Powell", "baden–powell")),
        *(("Straße", answer, True) for answer in ("STRASSE", "straße")),
        *(("1857", answer, True) for answer in ("1857.", "1857 .", "1857. ")),
        *(("1857", answer, False) for answer in ("tahun 1857", "1857..", "18.57", "1858", "")),
        *((".-.", answer, answer == ".-.") for answer in (".-.", ".-", ".-..")),
        *(("m²", answer, False) for answer in ("m2", "m")),
    ],
)
def test_one_form_of_typed_texts(key: str, answer: str, verdict: bool) -> None:
    """Spelling that nobody sees and a full stop at the end decide nothing; Morse code keeps its dots."""
    assert blank(key, answer) is verdict


def test_other_accepted_answers_are_right() -> None:
    """Each text in `accepted` is as right as the key, in the same form, and no other is."""
    accepted = ["tahun 1857", "1857 M"]
    assert all(blank("1857", answer, accepted=accepted) for answer in ("1857", "Tahun  1857.", "1857\u00a0m"))
    assert not any(blank("1857", answer, accepted=accepted) for answer in ("tahun 1858", "tahun", "1857 1857 M"))


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        *(
            (answer, True)
            for answer in ("Baden Powel", "baden-powelll", "Baden Pwoell", "Baden-Pawell", "Baden Powell.")
        ),
        *((answer, False) for answer in ("Bden Powell", "Baden Powl", "Baden Pow1ll", "BadenPowell", "Baden Po well")),
        *((answer, False) for answer in ("Powel", "Baden Powell Powell", "Baden+Powel", "")),
    ],
)
def test_a_slip_of_one_letter_where_the_pack_allows_it(answer: str, verdict: bool) -> None:
    """One letter of one long word may be missing, added, replaced or swapped with its neighbour; nothing else, no figure."""
    assert grade(question("fill_blank", BADEN), answer) is verdict
    strict = {**BADEN, "allow_typo": False}
    assert grade(question("fill_blank", strict), answer) is (answer == "Baden Powell.")


def test_a_slip_in_figures_is_wrong() -> None:
    """Figures are exact, however many there are."""
    assert not blank("12345678", "12345679", allow_typo=True)
    assert not blank("tahun 12345678", "tahun 1234567", allow_typo=True)


def test_the_vectors_are_these_rules() -> None:
    """What other clients test themselves with is what this release says; `make vectors` writes the file anew."""
    assert FILE.read_text("ascii") == vectors()
    graded = json.loads(vectors())["questions"]
    assert {each["type"] for each in graded} == set(PAYLOADS)
    for each in graded:
        assert {answer["correct"] for answer in each["answers"]} == {True, False}, each["payload"]


@pytest.mark.parametrize("kind", PAYLOADS)
def test_without_its_key_a_question_shows_no_order_and_no_answer(kind: str) -> None:
    """No field of the key is left, and over many shuffles what is shown is not always in the key's order."""
    shown = [without_key(question(kind), random.Random(seed)) for seed in range(30)]
    for payload in shown:
        assert not {"correct_answer", "accepted", "allow_typo", "correct_order", "pairs"} & payload.keys()
    if kind in {"multiple_choice", "word_bank", "matching", "ordering", "order_pictures"}:
        assert len({json.dumps(payload) for payload in shown}) > 1
    if kind == "ordering":
        assert any(payload["items"] != PAYLOADS[kind]["items"] for payload in shown)
    if kind == "order_pictures":
        assert not {"a", "b", "c"} & {item["id"] for payload in shown for item in payload["items"]}
        assert {tuple(item["media"]["text"] for item in payload["items"]) for payload in shown} == set(
            permutations("abc")
        )
