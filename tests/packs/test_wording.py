"""Nobody answers the training pack's questions without knowing, and nobody gets lost in a long one."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from scout_os.training.content import read_pack

if TYPE_CHECKING:
    from scout_os.training.models import Question

LONGEST_IS_RIGHT = Fraction(30, 100)
"""Of four options, chance is right in a quarter."""
LONGEST_QUESTION = 35
"""In words, without the signals and numbers of a code."""


def test_the_longest_option_is_no_better_than_chance(pack_dir: Path) -> None:
    """In no section does it pay to choose the longest option; between equally long ones, the guesser tosses a coin."""
    for section in read_pack(pack_dir).sections:
        chances = [
            _chance_of_the_longest(question)
            for unit in section.units
            for level in unit.levels
            for question in level.questions
            if question.type == "multiple_choice"
        ]
        assert sum(chances) / len(chances) <= LONGEST_IS_RIGHT, section.id


def test_questions_are_short(pack_dir: Path) -> None:
    """A child reads a question in one breath."""
    lengths = {question.id: len(_words(question.question)) for _, question in read_pack(pack_dir).questions()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_QUESTION} == {}


def _chance_of_the_longest(question: Question) -> Fraction:
    options = question.payload["options"]
    longest = [option for option in options if len(option) == max(map(len, options))]
    return Fraction(longest.count(question.payload["correct_answer"]), len(longest))


def _words(text: str) -> list[str]:
    return [word for word in text.split() if re.search(r"[^\W\d_]", word)]
