"""Payloads that no learner could answer, or that no grader could judge."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.content.refusals import Bad, assert_refused

OPTIONS = "options: [Simpul mati, Simpul pangkal, Simpul jangkar]"
KEY = "correct_answer: Simpul mati"
WORDS = "words: [sedia, siap, selalu]"
ORDER = "correct_order: [siap, selalu]"
SECOND_PAIR = "- {left: Simpul kembar, right: tali licin}"
ITEMS = "items: [Simpul awal, Lilitan, Jepitan, Simpul akhir]"
FEW = "must have 2 to 20 entries, not 1"
MANY = "must have 2 to 20 entries, not 21"


def _many(name: str, first: str) -> str:
    return f"{name}: [{first}, {', '.join(f'x{number}' for number in range(20))}]"


PAYLOADS = [
    Bad("key not an option", KEY, "correct_answer: Simpul hidup", "'Simpul hidup' is not among the options"),
    Bad("key in another case", KEY, "correct_answer: simpul mati", "'simpul mati' is not among the options"),
    Bad("key with a space", KEY, "correct_answer: 'Simpul mati '", "white space before or after 'Simpul mati '"),
    Bad("option twice", OPTIONS, "options: [Simpul mati, B, B]", "options: 'B' is there twice (first on line 30)"),
    Bad("option twice but for a space", OPTIONS, "options: [Simpul mati, B, 'B ']", "white space before or after 'B '"),
    Bad("option not text", OPTIONS, "options: [Simpul mati, 7, 8 m]", "options: must be text, not a number"),
    Bad("option blank", OPTIONS, "options: [Simpul mati, '']", "options: must not be blank"),
    Bad("option with a tab", OPTIONS, 'options: [Simpul mati, "a\\tb"]', "the control character U+0009"),
    Bad("one option", OPTIONS, "options: [Simpul mati]", "options: " + FEW),
    Bad("21 options", OPTIONS, _many("options", "Simpul mati"), "options: " + MANY),
    Bad("options not a list", OPTIONS, "options: Simpul mati atau hidup", "options: must be a list, not text"),
    Bad("no key", f"              {KEY}\n", "", "payload: missing field correct_answer", OPTIONS),
    Bad("blank to fill with blanks", "correct_answer: pangkal", "correct_answer: ' '", "must not be blank"),
    Bad(
        "case_sensitive as text", "case_sensitive: false", 'case_sensitive: "false"', "must be true or false, not text"
    ),
    Bad("word not offered", ORDER, "correct_order: [siap, sekali]", "'sekali' is needed more often than words offers"),
    Bad("word offered once", ORDER, "correct_order: [siap, siap]", "'siap' is needed more often than words offers"),
    Bad("word with a space", WORDS, "words: [siap, selalu, siap sedia]", "'siap sedia' holds white space"),
    Bad("word with a wide space", WORDS, 'words: [siap, selalu, "a\\u3000b"]', "holds white space"),
    Bad("empty order", ORDER, "correct_order: []", "correct_order: must have 1 to 20 entries, not 0"),
    Bad("21 words", WORDS, _many("words", "siap, selalu").replace(", x19", ""), "words: " + MANY),
    Bad("one pair", f"                {SECOND_PAIR}\n", "", "pairs: " + FEW, "- {left: Simpul anyam"),
    Bad("left twice", SECOND_PAIR, "- {left: Simpul anyam, right: b}", "left: 'Simpul anyam' is there twice (first"),
    Bad("right twice", SECOND_PAIR, "- {left: b, right: tali tak sama besar}", "right: 'tali tak sama besar' is"),
    Bad("half a pair", SECOND_PAIR, "- {left: Simpul kembar}", "pairs: missing field right"),
    Bad("pair as a list", SECOND_PAIR, "- [Simpul kembar, tali licin]", "pairs: must be a mapping of fields, not a"),
    Bad("one item", ITEMS, "items: [Simpul awal]", "items: " + FEW),
    Bad("21 items", ITEMS, _many("items", "Simpul awal"), "items: " + MANY),
    Bad("item twice", ITEMS, "items: [Lilitan, Jepitan, Lilitan]", "items: 'Lilitan' is there twice"),
    Bad("items a mapping", ITEMS, "items: {a: b}", "items: must be a list, not a mapping"),
]


@pytest.mark.parametrize("bad", PAYLOADS, ids=str)
def test_payloads_are_strict(bad: Bad, tmp_path: Path) -> None:
    """Each type has one shape, and its key can be reached with what the learner is offered."""
    assert_refused(bad, tmp_path)
