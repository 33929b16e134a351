"""Nobody answers the training pack's questions without knowing, and nobody gets lost in a long one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from scout_os.training.content import read_pack

if TYPE_CHECKING:
    from scout_os.training.content.pack import PackSection, PackUnit
    from scout_os.training.models import Question

LONGEST_IS_RIGHT = Fraction(30, 100)
"""Of four options, chance is right in a quarter."""
LONGEST_QUESTION = 35
"""In words, without the signals and numbers of a code."""
IN_ENGLISH = {f"{section}_u{unit}" for section in ("nav", "ppgd", "sandi") for unit in range(1, 6)} | {
    "puk_u1",
    "puk_u2",
}
"""Units whose questions and explanations are all there in English."""
HINT = re.compile(r"\b(\d+|tiga|empat|lima|enam|tujuh|delapan|sembilan) huruf\b|(ber|di)awali? huruf|berhuruf awal")
"""What a crossword says of a word."""


def test_the_longest_option_is_no_better_than_chance(pack_dir: Path) -> None:
    """In no section does it pay to choose the longest option; between equally long ones, the guesser tosses a coin."""
    for section in read_pack(pack_dir).sections:
        chances = [
            _chance_of_the_longest(question) for question in _asked(section) if question.type == "multiple_choice"
        ]
        assert sum(chances) / len(chances) <= LONGEST_IS_RIGHT, section.id


def test_questions_are_short(pack_dir: Path) -> None:
    """A child reads a question in one breath, in both languages."""
    lengths = {
        question.id: max(len(_words(question.question)), len(_words(question.question_en or "")))
        for question in _all_asked(pack_dir)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_QUESTION} == {}


def test_word_banks_have_a_word_too_many(pack_dir: Path) -> None:
    """So that the last words do not fall into place by themselves."""
    banks = [question for question in _all_asked(pack_dir) if question.type == "word_bank"]
    assert [bank.id for bank in banks if len(bank.payload["words"]) == len(bank.payload["correct_order"])] == []


def test_blanks_are_no_crosswords(pack_dir: Path) -> None:
    """The sentence tells which word is missing, not the number of its letters."""
    blanks = [question for question in _all_asked(pack_dir) if question.type == "fill_blank"]
    assert [blank.id for blank in blanks if HINT.search(blank.question)] == []


def test_english_is_whole(pack_dir: Path) -> None:
    """Where a unit is in English, all of it is, with the same blanks."""
    for _, unit in read_pack(pack_dir).units():
        for question in _asked_in(unit):
            if unit.id in IN_ENGLISH:
                assert question.question_en, question.id
                assert question.explanation_en, question.id
            if question.question_en:
                assert question.question_en.count("____") == question.question.count("____"), question.id


def test_every_drawing_is_shown(pack_dir: Path) -> None:
    """No drawing is left over."""
    pack = "\n".join(path.read_text("utf-8") for path in pack_dir.glob("*.yaml"))
    assert [path.name for path in (pack_dir / "media").iterdir() if f"file: {path.name}" not in pack] == []


def _all_asked(pack_dir: Path) -> Iterator[Question]:
    for section in read_pack(pack_dir).sections:
        yield from _asked(section)


def _asked(section: PackSection) -> Iterator[Question]:
    for unit in section.units:
        yield from _asked_in(unit)


def _asked_in(unit: PackUnit) -> Iterator[Question]:
    """The unit's questions, and those that older clients get instead."""
    for level in unit.levels:
        for question in level.questions:
            yield question
            if question.instead is not None:
                yield question.instead


def _chance_of_the_longest(question: Question) -> Fraction:
    options = question.payload["options"]
    longest = [option for option in options if len(option) == max(map(len, options))]
    return Fraction(longest.count(question.payload["correct_answer"]), len(longest))


def _words(text: str) -> list[str]:
    return [word for word in text.split() if re.search(r"[^\W\d_]", word)]
