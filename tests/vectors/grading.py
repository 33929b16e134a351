"""Writes `grading.json`: examples of the service's rules of grading, for clients that grade by themselves.

The inputs are chosen here by hand; forms and verdicts are what the rules say. `make vectors` writes the file anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scout_os.core.spelling import APOSTROPHES, DASHES, IGNORABLE, PICTURES, QUOTATION_MARKS, canonical
from scout_os.training.grading import LONG_WORD, grade
from scout_os.training.models import Question
from scout_os.training.signals import MORSE, SEMAPHORE

FILE = Path(__file__).with_name("grading.json")
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"

TEXTS = [
    *(
        "",
        "pramuka",
        "Pramuka",
        "  siap \t sedia\n",
        "siap\u00a0sedia",
        "siap\u3000\u2028\u2002sedia",
        "siap\u2800sedia",
    ),
    *(
        "Café",
        "Cafe\u0301",
        "e\u200b\u0301",
        "\u212b",
        "\u1e9b\u0323",
        "q\u0307\u0323",
        "q\u0323\u0307",
        "\uac00",
        "\u1100\u1161",
    ),
    *(f"Jumat{sign}at" for sign in APOSTROPHES),
    *(f"{sign}siap{sign}" for sign in QUOTATION_MARKS),
    *(f"Baden{sign}Powell" for sign in DASHES),
    *("Baden Powell", "m²", "m2", "½", "1⁄2", "…", "...", "ﬁ", "fi", "１８５７", "×", "x", "ª", "°", "№"),
    *(
        "si\u200bap",
        "si\u00adap",
        "si\u2060ap",
        "\ufeffsiap",
        "si\u200dap",
        "siap\u202e",
        "si\u061cap",
        "si\x00\x1f\x7f\x9fap",
    ),
    *("STRASSE", "Straße", "ΟΔΟΣ", "οδος", "οδοσ", "İstanbul", "ŉ", "\u0390", "\u037a", "K", "\u212a", "ǅ", "ﬀ"),
    *("❤", "❤\ufe0f", "1\ufe0f\u20e3", "👩\u200d🚒", "👩🚒", "❤\ufe0f\u200d🔥", "👩\u200d", "\u200d🚒", "a\u200db"),
    *(ENGLAND, "🏴", ENGLAND[:4], "x" + ENGLAND[1:], "می\u200cروم", "میروم", "ශ්\u200dරී", "ශ්රී", "Вudi", "Budi"),
]
"""Texts of which some have the same form, and some that look similar have not."""

BLANK = {"correct_answer": "Baden-Powell", "case_sensitive": False}
YEAR = {"correct_answer": "1857", "case_sensitive": False, "accepted": ["tahun 1857", "1857 M"]}
TYPO = {"correct_answer": "Robert Baden-Powell", "case_sensitive": False, "accepted": ["lord B-P"], "allow_typo": True}
OPTIONS = ["Jumat'at", "jumat'at", "Jumaat", "Café", "m²"]
PAIRS = {"pairs": [{"left": "Siaga", "right": "7–10 tahun"}, {"left": "Penggalang", "right": "11–15 tahun"}]}

QUESTIONS: list[tuple[str, dict[str, Any], list[Any]]] = [
    (
        "multiple_choice",
        {"options": OPTIONS, "correct_answer": "Jumat'at"},
        [*OPTIONS, "Jumat’at", " Jumat\u02bcat ", "JUMAT'AT", "Jumatat", "Jumat'at.", "", None],
    ),
    (
        "multiple_choice",
        {"options": OPTIONS, "correct_answer": "Café"},
        ["Café", "Cafe\u0301", "Cafe", "café", "Caf\u00e8"],
    ),
    ("multiple_choice", {"options": OPTIONS, "correct_answer": "m²"}, ["m²", "m2", "M²"]),
    (
        "fill_blank",
        BLANK,
        [
            *("Baden-Powell", "baden-powell", "BADEN–POWELL.", " Baden\u2011Powell \n", "Baden-Powell ."),
            *(
                "Ba\u00adden-Powell\u200b",
                "Baden Powell",
                "BadenPowell",
                "Baden-Powel",
                "Baden-Powell..",
                "",
                ".",
                None,
            ),
        ],
    ),
    (
        "fill_blank",
        {"correct_answer": "Jumat'at", "case_sensitive": False},
        ["jumat’at", "JUMAT\u02bcAT.", "jumat at", "jumatat"],
    ),
    ("fill_blank", BLANK | {"case_sensitive": True}, ["Baden-Powell", "Baden–Powell.", "baden-powell"]),
    (
        "fill_blank",
        YEAR,
        [
            "1857",
            "1857.",
            "1857 .",
            "Tahun  1857",
            "tahun 1857.",
            "1857 m",
            "1858",
            "18 57",
            "185",
            "th 1857",
            "１８５７",
        ],
    ),
    ("fill_blank", {"correct_answer": ".-.", "case_sensitive": False}, [".-.", ".–.", ".-", "..-.", ".- ."]),
    ("fill_blank", {"correct_answer": "dll.", "case_sensitive": False}, ["dll.", "dll", "DLL", "dl."]),
    ("fill_blank", {"correct_answer": "Straße", "case_sensitive": False}, ["STRASSE", "strasse", "straße", "strase"]),
    (
        "fill_blank",
        TYPO,
        [
            *("robert baden-powell", "Robert Baden-Powel", "Robert Baden-Powelll", "Robert Baden-Pwoell"),
            *("Robrt Baden-Powell", "Robort Baden-Powell.", "obert Baden-Powell", "lord b-p"),
            *(
                "Robert Bade-Powell",
                "Robrt Baden-Powel",
                "Robert Baden-Powl",
                "Robert Baden Powell",
                "Robert Baden-P0well",
            ),
            *("Rob ert Baden-Powell", "Robert Baden-Pow-ell", "Baden-Powell", "lard b-p", "Robert Baden-Powells1", ""),
        ],
    ),
    (
        "fill_blank",
        {"correct_answer": "delapan", "case_sensitive": False, "accepted": ["1234567"], "allow_typo": True},
        ["delapan", "dellapan", "delpaan", "dalepan", "1234567", "1234568", "123456", "d3lapan"],
    ),
    (
        "word_bank",
        {"words": ["siap", "selalu", "sedia", "Jum'at"], "correct_order": ["selalu", "siap", "Jum'at"]},
        [
            ["selalu", "siap", "Jum'at"],
            ["Selalu", " siap", "jum’at"],
            ["siap", "selalu", "Jum'at"],
            ["selalu", "siap"],
            ["selalu", "siap", "Jum'at", "sedia"],
            ["selalu", "siap", "Jumat"],
            [],
            None,
        ],
    ),
    (
        "matching",
        PAIRS,
        [
            {"Siaga": "7–10 tahun", "Penggalang": "11–15 tahun"},
            {"Penggalang ": "11-15  tahun", " Siaga": "7-10 tahun"},
            {"Siaga": "11–15 tahun", "Penggalang": "7–10 tahun"},
            {"siaga": "7–10 tahun", "Penggalang": "11–15 tahun"},
            {"Siaga": "7–10 tahun"},
            {"Siaga": "7–10 tahun", "Siaga ": "7–10 tahun", "Penggalang": "11–15 tahun"},
            {"Siaga": "7–10 tahun", "Penggalang": "11–15 tahun", "Penegak": "16–20 tahun"},
            {},
            None,
        ],
    ),
    ("true_false", {"correct_answer": True}, [True, False, None]),
    ("true_false", {"correct_answer": False}, [True, False, None]),
    (
        "ordering",
        {"items": ["periksa", "panggil", "tolong"]},
        [
            ["periksa", "panggil", "tolong"],
            [" periksa", "panggil\u00a0", "to\u00adlong"],
            ["panggil", "periksa", "tolong"],
            ["periksa", "panggil"],
            ["periksa", "panggil", "tolong", "tolong"],
            ["Periksa", "panggil", "tolong"],
            [],
            None,
        ],
    ),
    (
        "morse_tap",
        {"correct_answer": "SOS Ada"},
        [
            *(
                "... --- ... / .- -.. .-",
                " ...  --- ... / .- –.. .\u2212\n",
                "...---... / .- -.. .-",
                "... --- ... .- -.. .-",
            ),
            *("... --- .../.- -.. .-", "... --- ... / .- -.. .-.", "SOS Ada", "… --- … / .- -.. .-", "", None),
        ],
    ),
    ("morse_tap", {"correct_answer": "e5"}, [". .....", ".....", "......", ". .... ."]),
    ("semaphore_pose", {"correct_answer": "R"}, [[2, 6], [6, 2], [2, 2], [6, 6], [2, 5], [0, 0], None]),
    ("semaphore_pose", {"correct_answer": "j"}, [[4, 6], [6, 4], [4, 5], None]),
    (
        "order_pictures",
        {"items": [{"id": name, "media": {"kind": "morse", "text": name, "alt": "?"}} for name in ("b", "a", "c")]},
        [
            ["b", "a", "c"],
            [" b", "a", "c\u200b"],
            ["a", "b", "c"],
            ["b", "a"],
            ["b", "a", "c", "c"],
            ["B", "a", "c"],
            [],
            None,
        ],
    ),
    ("point_on_map", {"correct_answer": "mata-air"}, ["mata-air", " mata\u2011air", "Mata-air", "mata air", "", None]),
]


def vectors() -> str:
    """The file's text. Everything but ASCII is escaped, so that no editor changes or hides a character."""
    document = {
        "about": "Examples of the rules in docs/content-packs.md (How answers are compared); `make vectors` writes this file.",
        "rules": {
            "apostrophes": APOSTROPHES,
            "quotation_marks": QUOTATION_MARKS,
            "dashes": DASHES,
            "invisible": IGNORABLE,
            "pictures": PICTURES,
            "long_word": LONG_WORD,
            "morse": MORSE,
            "semaphore": SEMAPHORE,
        },
        "forms": [{"text": text, "form": canonical(text), "folded": canonical(text, fold_case=True)} for text in TEXTS],
        "questions": [
            {"type": kind, "payload": payload, "answers": [_verdict(kind, payload, answer) for answer in answers]}
            for kind, payload, answers in QUESTIONS
        ],
    }
    return json.dumps(document, indent=1) + "\n"


def _verdict(kind: str, payload: dict[str, Any], answer: Any) -> dict[str, Any]:
    return {"answer": answer, "correct": grade(Question("q", 1, kind, "?", payload, "!"), answer)}


if __name__ == "__main__":
    FILE.write_text(vectors(), "ascii")
