"""A text is all that its author wrote, or the pack is refused: YAML's guesses and comments never reach a learner."""

from __future__ import annotations

from pathlib import Path

import pytest

from scout_os.training.content import read_pack
from tests.packs.editing import Edit, copy_pack
from tests.training.content.refusals import Bad, assert_refused

TITLE = "title: Simpul Pertama\n"
ASKED = "question: Urutkan langkah membuat ikatan palang.\n"
ITEMS = "items: [Simpul awal, Lilitan, Jepitan, Simpul akhir]"
DEEPER = " " * 14
ENTRY = " " * 16 + "- "

GUESSED = {
    "1961": "a number",
    "007": "a number",
    "0x1f": "a number",
    "0b11": "a number",
    "1_000": "a number",
    "12:30": "a number",
    "1.10": "a fraction",
    "1e+3": "text",  # as it is written: only with a point is it a fraction
    "6.0e+2": "a fraction",
    ".inf": "a fraction",
    "1961-08-14": "a date",
    "2024-02-22 12:30:00": "a date",
    "yes": "a boolean",
    "NO": "a boolean",
    "on": "a boolean",
    "Off": "a boolean",
    "true": "a boolean",
    "Null": "empty",
    "null": "empty",
    "~": "empty",
    "=": "a sign of YAML's own",
    "<<": "a sign of YAML's own",
}
KEPT = {
    "09": "09",
    "1e3": "1e3",
    "0o17": "0o17",
    "y": "y",
    "10,5 %": "10,5 %",
    "C#": "C#",
    "a#b": "a#b",
    "naskah \\": "naskah \\",
    "'a # b'": "a # b",
    '"a # b" # not read': "a # b",
    "'a' # not read": "a",
    "'007'": "007",
    "'C:\\tali'": "C:\\tali",
    '"a\\\\"': "a\\",
}
UNREAD = [
    Bad("comment", ASKED, "question: Apa arti # ini?\n", "in quotes: 'Apa arti # ini?'"),
    Bad("comment after a tab", ASKED, "question: Apa arti\t# ini?\n", "text after a blank and # is not read"),
    Bad(
        "comment alone",
        TITLE,
        "title:   # Judul\n",
        "text after a blank and # is not read: put it in quotes: '# Judul'",
    ),
    Bad("comment after two lines", ASKED, f"question: Apa\n{DEEPER}arti # ini?\n", "in quotes: 'Apa arti # ini?'"),
    Bad("comment before", ASKED, f"question: # 1\n\n{DEEPER}# 2\n{DEEPER}Apa?\n", "# in the line above is", "Apa?"),
    Bad(
        "comment in a list", ITEMS, f"items:\n{ENTRY}Simpul # 1\n{ENTRY}B", "items: text after a blank", "- Simpul # 1"
    ),
    Bad("nothing but a comment", ITEMS, f"items:\n{ENTRY}A\n{ENTRY}#2\n{ENTRY}B", "in quotes: '#2'", "- #2"),
    Bad("comment before an entry", ITEMS, f"items:\n{ENTRY}A\n{ENTRY}# 2\n{DEEPER}    B", "in the line above", "B\n"),
    Bad("comment in brackets", ITEMS, f"items: [A, B # c\n{DEEPER}]", "in quotes: 'B # c'"),
    Bad("comment in a key", "correct_answer: pangkal,", "correct_answer: pangkal # ya\n,", "in quotes: 'pangkal # ya'"),
    Bad("comment after |", ASKED, f"question: | # Judul\n{DEEPER}Apa?\n", "text after | is not read: begin it in the"),
    Bad("comment after >-", ASKED, f"question: >- # Judul\n{DEEPER}Apa?\n", "text after > is not read"),
    Bad("line that ends with a backslash", ASKED, f'question: "a \\\n{DEEPER}b"\n', "\\ at the end of a line is not"),
    Bad(
        "entry without its dash",
        ITEMS,
        f"items:\n{ENTRY}A\n{ENTRY}B\n{DEEPER}    C",
        "goes on in the next line",
        "- B\n",
    ),
    Bad(
        "title of two lines", TITLE, f"title: Simpul\n{DEEPER}Pertama\n", "title: goes on in the next line: write it in"
    ),
]
OTHER = [
    Bad("path in quotes", ASKED, 'question: "C:\\tali"\n', 'U+0009: in " quotes, \\ has a meaning of its own'),
    Bad("tab in a text", ASKED, "question: Satu\tdua\n", "U+0009: a tab: write blanks"),
    Bad(
        "title below a bar",
        TITLE,
        f"title: |\n{DEEPER}a\n{DEEPER}b\n",
        "a line break: write it in one line",
        "title: |",
    ),
    Bad("nothing as title", TITLE, "title:\n", "title: must be text, not empty", "title:\n"),
    Bad("list as title", TITLE, "title: [a]\n", "not a list: put text in quotes that begins with ["),
    Bad("mapping as title", TITLE, "title: {a: b}\n", "not a mapping: put text in quotes that begins with {"),
    Bad("colon in an entry", ITEMS, f"items:\n{ENTRY}A\n{ENTRY}B: c", "or holds a colon and a blank", "B: c"),
    Bad("comma in a number", ITEMS, "items: [1,000 m, A, B]", "not a number: put text with a comma in quotes"),
    Bad(
        "empty optional field", "title_en: Knots and Ropes", "title_en: ~", "must be text, not empty: put it in quotes"
    ),
    Bad(
        "truth as key",
        "{correct_answer: pangkal",
        "{correct_answer: true",
        "not a boolean: put it in quotes: 'true'",
        "{correct_answer: true,",
    ),
    Bad("quoted truth", "correct_answer: true}", 'correct_answer: "true"}', "not text: remove the quotes"),
]


@pytest.mark.parametrize("written", GUESSED)
@pytest.mark.parametrize(("field", "old"), [("title", TITLE), ("items", ITEMS)])
def test_what_yaml_guesses_to_be_no_text_is_refused(field: str, old: str, written: str, tmp_path: Path) -> None:
    """Numbers, dates, truths and nothing, as text or as an option: the author is told to quote just that."""
    new = f"title: {written}\n" if field == "title" else f"items: [Simpul, {written}]"
    if GUESSED[written] == "text":
        read_pack(copy_pack(tmp_path, Edit("simpul.yaml", old, new)))
        return
    reason = f"{field}: must be text, not {GUESSED[written]}: put it in quotes: '{written}'"
    assert_refused(Bad(written, old, new, reason), tmp_path)


@pytest.mark.parametrize("written", KEPT)
def test_the_rest_is_read_to_the_last_sign(written: str, tmp_path: Path) -> None:
    """Comments after quoted texts are fine, and no text loses or changes a sign."""
    pack = read_pack(copy_pack(tmp_path, Edit("simpul.yaml", TITLE, f"title: {written}\n")))
    assert pack.sections[0].units[0].levels[0].title == KEPT[written]


def test_comments_are_free_where_no_text_can_be_lost(tmp_path: Path) -> None:
    """On lines of their own, after numbers, ids, brackets and fields that hold others, and in texts of several lines."""
    pack = read_pack(
        copy_pack(
            tmp_path,
            Edit("simpul.yaml", "xp_reward: 10\n", "xp_reward: 10 # not much\n"),
            Edit("simpul.yaml", "order: 3\n", "order: 3 # last\n"),
            Edit("simpul.yaml", "id: simpul_u2\n", "id: simpul_u2 # lashings\n"),
            Edit("simpul.yaml", "difficulty: easy\n", "difficulty: easy # after the first\n"),
            Edit(
                "simpul.yaml",
                "type: level_completed, value: simpul_u1_l1}",
                "type: level_completed, value: simpul_u1_l1} # 1",
            ),
            Edit(
                "simpul.yaml", ITEMS, f"items: # in order\n{DEEPER}# first\n{ENTRY}'A' # yes\n{DEEPER}# then\n{ENTRY}B"
            ),
            Edit("simpul.yaml", "Begitulah semboyannya.", "# Begitu # lah."),
        )
    )
    ordering = pack.sections[0].units[1].levels[0].questions[0]
    assert ordering.payload == {"items": ["A", "B"]}
    assert pack.sections[0].units[0].levels[1].questions[0].explanation == "Siap selalu.\n# Begitu # lah."


@pytest.mark.parametrize("bad", UNREAD + OTHER, ids=str)
def test_text_that_yaml_would_not_read_is_refused(bad: Bad, tmp_path: Path) -> None:
    """File, line, what is wrong and what to write: a comment, a dash or a quote too few never shortens a question."""
    assert_refused(bad, tmp_path)
