"""Payloads that no learner could answer, or that no grader could judge."""

from __future__ import annotations

from pathlib import Path

import pytest

from scout_os.training.content import read_pack
from tests.packs.editing import Edit, copy_pack
from tests.training.content.refusals import Bad, assert_refused, issues_of

OPTIONS = "options: [Simpul mati, Simpul pangkal, Simpul jangkar]"
KEY = "correct_answer: Simpul mati"
WORDS = "words: [sedia, siap, selalu]"
ORDER = "correct_order: [siap, selalu]"
BLANK = "correct_answer: pangkal, case_sensitive: false, accepted: [clove hitch, pangkal tiang]"
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
    Bad(
        "option in NFC and NFD", OPTIONS, 'options: [Simpul mati, "caf\\u00e9", "cafe\\u0301"]', "'café' is there twice"
    ),
    Bad(
        "option with an unseen sign",
        OPTIONS,
        'options: [Simpul mati, a, "a\\u200b"]',
        "character U+200B",
        "options: [Simpul mati,",
    ),
    Bad(
        "option with another blank",
        OPTIONS,
        'options: [Simpul mati, a b, "a\\u00a0b"]',
        "as the same as 'a b' (line 30)",
    ),
    Bad("option with another apostrophe", OPTIONS, "options: [Simpul mati, a'b, a’b]", 'counts as the same as "a\'b"'),
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
    Bad(
        "accepted twice", BLANK, BLANK.replace("pangkal tiang", "Clove  hitch."), "counts as the same as 'clove hitch'"
    ),
    Bad(
        "accepted as the key",
        BLANK,
        BLANK.replace("pangkal tiang", "Pangkal"),
        "accepted: 'Pangkal' counts as the same",
    ),
    Bad("nothing accepted", BLANK, BLANK.split(", accepted")[0] + ", accepted: []", "accepted: must have 1 to 20"),
    Bad(
        "accepted as text", BLANK, BLANK.split(", accepted")[0] + ", accepted: x", "accepted: must be a list, not text"
    ),
    Bad("accepted number", BLANK, BLANK.replace("pangkal tiang", "7"), "accepted: must be text, not a number"),
    Bad("typo as text", BLANK, BLANK + ", allow_typo: yes please", "allow_typo: must be true or false, not text"),
    Bad(
        "typo and case",
        BLANK,
        BLANK.replace("false", "true") + ", allow_typo: true",
        "allow_typo: contradicts case_sensitive",
    ),
    Bad(
        "typo in short words",
        BLANK,
        "correct_answer: mati, case_sensitive: false, accepted: [ikat 123456], allow_typo: true",
        "allow_typo: no word of the answer has 6 letters or more",
    ),
    Bad("word not offered", ORDER, "correct_order: [siap, sekali]", "'sekali' is needed more often than words offers"),
    Bad("word offered once", ORDER, "correct_order: [siap, siap]", "'siap' is needed more often than words offers"),
    Bad("word with a space", WORDS, "words: [siap, selalu, siap sedia]", "'siap sedia' holds white space"),
    Bad("word with a wide space", WORDS, 'words: [siap, selalu, "a\\u3000b"]', "holds white space"),
    Bad("empty order", ORDER, "correct_order: []", "correct_order: must have 1 to 20 entries, not 0"),
    Bad("21 words", WORDS, _many("words", "siap, selalu").replace(", x19", ""), "words: " + MANY),
    Bad("one pair", f"                {SECOND_PAIR}\n", "", "pairs: " + FEW, "- {left: Simpul anyam"),
    Bad(
        "left with another blank", SECOND_PAIR, '- {left: "Simpul  anyam", right: b}', "left: 'Simpul  anyam' counts as"
    ),
    Bad("left twice", SECOND_PAIR, "- {left: Simpul anyam, right: b}", "left: 'Simpul anyam' is there twice (first"),
    Bad("right twice", SECOND_PAIR, "- {left: b, right: tali tak sama besar}", "right: 'tali tak sama besar' is"),
    Bad("half a pair", SECOND_PAIR, "- {left: Simpul kembar}", "pairs: missing field right"),
    Bad("pair as a list", SECOND_PAIR, "- [Simpul kembar, tali licin]", "pairs: must be a mapping of fields, not a"),
    Bad("one item", ITEMS, "items: [Simpul awal]", "items: " + FEW),
    Bad("21 items", ITEMS, _many("items", "Simpul awal"), "items: " + MANY),
    Bad("item twice", ITEMS, "items: [Lilitan, Jepitan, Lilitan]", "items: 'Lilitan' is there twice"),
    Bad("item with another dash", ITEMS, "items: [a-b, Lilitan, a–b]", "items: 'a–b' counts as the same as 'a-b'"),
    Bad("items a mapping", ITEMS, "items: {a: b}", "items: must be a list, not a mapping"),
]


@pytest.mark.parametrize("bad", PAYLOADS, ids=str)
def test_payloads_are_strict(bad: Bad, tmp_path: Path) -> None:
    """Each type has one shape, and its key can be reached with what the learner is offered."""
    assert_refused(bad, tmp_path)


def test_a_typo_may_not_be_another_answer(tmp_path: Path) -> None:
    """Where a slip would turn the right answer into another text of the level, the pack must not allow slips."""
    typo = Edit("simpul.yaml", BLANK, BLANK + ", allow_typo: true")
    read_pack(copy_pack(tmp_path / "good", typo))
    near = Edit("simpul.yaml", "Simpul jangkar]", "pangkas]")
    [issue] = issues_of(copy_pack(tmp_path / "bad", typo, near))
    assert issue.reason == "allow_typo: 'pangkas', another answer of this level, would be right too"
