"""Fields of a pack that are refused: unknown, missing, repeated, of the wrong type, out of bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.content.refusals import Bad, assert_refused

TITLE = "title: Simpul Pertama\n"
REWARD = "xp_reward: 10\n"
LONG = "x" * 2_001

SHAPE = [
    Bad("unknown in section", "tier: free", "tier: free\ncolour: red", "section: unknown field 'colour'", "colour"),
    Bad(
        "almost a field",
        "tier: free",
        "Tiers: free\ntier: free",
        "unknown field 'Tiers': it may have id, order, tier,",
        "Tiers",
    ),
    Bad(
        "comma in a text",
        "right: tali licin}",
        "right: tali licin, basah}",
        "unknown field 'basah': put text with a comma in quotes",
    ),
    Bad("unknown in unit", "title: Ikatan\n", "title: Ikatan\n    icon: x\n", "unit: unknown field 'icon'", "icon"),
    Bad("unknown in level", REWARD, REWARD + "        xp: 1\n", "level: unknown field 'xp'", "xp: 1"),
    Bad("unknown in question", "order: 3\n", "order: 3\n            hint: no\n", "question: unknown", "hint: no"),
    Bad("unknown in payload", "correct_answer: true}", "correct_answer: true, a: 1}", "unknown field 'a'", "a: 1}"),
    Bad("unknown in pair", "right: tali licin}", "right: tali licin, top: x}", "pairs: unknown field 'top'", "top: x"),
    Bad("merge key", "tier: free", "tier: free\n<<: {a: b}", "unknown field '<<'", "<<:"),
    Bad("missing in section", "tier: free\n", "", "section: missing field tier", "id: simpul\n"),
    Bad("missing in unit", "    title: Ikatan\n", "", "unit: missing field title", "id: simpul_u2\n"),
    Bad("missing in level", "        " + REWARD, "", "level: missing field xp_reward", "id: simpul_u1_l1\n"),
    Bad(
        "two missing in question",
        "            type: ordering\n            question: Urutkan langkah membuat ikatan palang.\n",
        "",
        "question: missing fields type, question",
        "id: q_simpul_u2_l1_01\n",
    ),
    Bad(
        "missing in payload", ", case_sensitive: false", "", "missing field case_sensitive", "{correct_answer: pangkal"
    ),
    Bad("given twice", TITLE, TITLE + "        title: Lagi\n", "level: 'title' is given twice", "title: Lagi"),
    Bad("given twice in payload", "correct_answer: true}", "correct_answer: true, correct_answer: false}", "twice"),
    Bad("field name a list", "tier: free", "tier: free\n? [a]\n: b", "field name must be text, not a list", "[a]"),
    Bad("payload not a mapping", "payload: {correct_answer: true}", "payload: true", "payload: must be a mapping"),
    Bad("unit not a mapping", "  - id: simpul_u2\n", "  - asing\n  - id: simpul_u2\n", "unit: must be a map", "asing"),
    Bad(
        "rule not a mapping",
        "{type: level_completed, value: simpul_u1_l1}",
        "start",
        "unlock_rule: must be a",
        "start\n        questions:\n          - id: q_simpul_u1_l2_01",
    ),
]
TYPES = [
    Bad(
        "text as reward", REWARD, 'xp_reward: "10"\n', "xp_reward: must be a whole number, not text: remove the quotes"
    ),
    Bad("true as reward", REWARD, "xp_reward: true\n", "xp_reward: must be a whole number, not a boolean"),
    Bad("fraction as reward", REWARD, "xp_reward: 10.0\n", "xp_reward: must be a whole number, not a fraction"),
    Bad("octal reward", REWARD, "xp_reward: 012\n", "xp_reward: write the number in plain digits, not '012'"),
    Bad("sexagesimal reward", REWARD, "xp_reward: 1:30\n", "xp_reward: write the number in plain digits"),
    Bad("1 as truth", "correct_answer: true}", "correct_answer: 1}", "must be true or false, not a number"),
    Bad("quoted truth", "correct_answer: true}", 'correct_answer: "true"}', "must be true or false, not text"),
    Bad("yes as truth", "correct_answer: true}", "correct_answer: yes}", "write true or false, not 'yes'"),
]
BOUNDS = [
    Bad("reward 0", REWARD, "xp_reward: 0\n", "xp_reward: must be 1 to 100, not 0"),
    Bad("reward negative", REWARD, "xp_reward: -5\n", "xp_reward: must be 1 to 100, not -5"),
    Bad("reward 101", REWARD, "xp_reward: 101\n", "xp_reward: must be 1 to 100, not 101"),
    Bad("reward enormous", REWARD, f"xp_reward: {'9' * 5000}\n", "xp_reward: write the number in plain digits"),
    Bad("min_correct 0", "min_correct: 2\n", "min_correct: 0\n", "min_correct: must be 1 to 3, not 0"),
    Bad("min_correct too high", "min_correct: 2\n", "min_correct: 4\n", "min_correct: must be 1 to 3, not 4"),
    Bad("unknown tier", "tier: free", "tier: gratis", "tier: 'gratis' is none of free, premium"),
    Bad("unknown difficulty", "difficulty: easy", "difficulty: Easy", "'Easy' is none of very_easy, easy"),
    Bad("unknown type", "type: true_false", "type: essay", "type: 'essay' is none of multiple_choice, fill_blank"),
    Bad("long title", TITLE, f"title: {LONG}\n", "title: longer than 2,000 characters (2,001)"),
    Bad("long explanation", "Tiap simpul punya guna sendiri.", LONG, "explanation: longer than 2,000 characters"),
    Bad("blank title", TITLE, 'title: "  "\n', "title: must not be blank"),
    Bad("invisible title", TITLE, 'title: "\\u200b"\n', "title: must not be blank"),
    Bad("NUL in a title", TITLE, 'title: "a\\0b"\n', "title: holds the control character U+0000"),
    Bad("line break in a title", TITLE, 'title: "a\\nb"\n', "title: holds the control character U+000A"),
    Bad("tab in a question", "Susun semboyan pramuka.", '"a\\tb"', "question: holds the control character U+0009"),
    *(
        Bad(f"{name} in a {place}", old, f'"a\\u{name}b"', f"{place}: holds the deceptive character U+{name}")
        for place, old in {"title": "Simpul Pertama", "question": "Susun semboyan pramuka.", "words": "sedia"}.items()
        for name in ("202E", "2066", "200B", "00AD", "200D", "FEFF", "E000", "2800")
    ),
    Bad(
        "heaped marks", TITLE, 'title: "B\\u0301\\u0316\\u0301\\u0316"\n', "title: holds the deceptive character U+0301"
    ),
    Bad("line separator", "Susun semboyan pramuka.", '"a\\u2028b"', "question: holds the control character U+2028"),
]


@pytest.mark.parametrize("bad", SHAPE + TYPES + BOUNDS, ids=str)
def test_fields_are_strict(bad: Bad, tmp_path: Path) -> None:
    """A mapping holds just its fields, no value is converted from another type, and each value has bounds."""
    assert_refused(bad, tmp_path)
