"""One form for texts that look alike, and the signs that deceive."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout_os.core.spelling import canonical, deceptive_sign, without_idle_signs

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
NEEDED = [
    *("علی\u200cرضا", "می\u200cخواهم", "ශ්\u200dරී", "क्\u200dष", "ക്\u200cഷ", "র\u200d\u09cdযাব", "ರ\u200d\u0ccdಕ"),
    *(
        ENGLAND,
        "👩\u200d🚒",
        "❤\ufe0f\u200d🔥",
        "🙂\u200d↔\ufe0f",
        "1\ufe0f\u20e3",
        "☎\ufe0e",
        "葛\U000e0100",
        "ᠠ\u180b",
    ),
    *("\U0001fae8", "é", "e\u0301", "ệ"),
]
DECEPTIVE = [
    *(
        "Bu\u200cdi",
        "Bu\u200ddi",
        "ක්\u200cA",
        "Aعلی\u200cB",
        "علی\u200cBudi",
        "Budi\u200cعلی",
        "🏴\U000e0067",
        "A" + ENGLAND[1:],
    ),
    *(
        ENGLAND[0] + "\U000e0075\U000e0073\U000e0074\U000e0078\U000e007f",
        "👩\u200d",
        "\u200d🚒",
        "a\ufe0f",
        "a\u180b",
        "ක්\u200d\u200d",
    ),
    *(
        f"a{sign}b"
        for sign in "\u00ad\u034f\u061c\u115f\u17b4\u180e\u200b\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u2800"
    ),
    *(f"a{sign}b" for sign in "\u3164\ufeff\uffa0\ufff9\ue000\u0378\U000e0041\x00\x7f\u2028\ud800"),
    "B" + "\u0301\u0316" * 2,
]


@given(st.text() | st.text(st.characters(max_codepoint=0x7F)), st.booleans())
def test_the_form_of_a_form_is_itself(text: str, fold_case: bool) -> None:
    """Comparing forms again changes nothing, and NFC and NFD have one form, an unseen sign before it changes nothing."""
    form = canonical(text, fold_case=fold_case)
    assert canonical(form, fold_case=fold_case) == form
    assert form == form.strip() == canonical(f"\u200b{text}", fold_case=fold_case)
    for spelling in ("NFC", "NFD"):
        assert canonical(unicodedata.normalize(spelling, text), fold_case=fold_case) == form


@pytest.mark.parametrize("text", NEEDED)
def test_what_spelling_needs_is_no_deception(text: str) -> None:
    """Joiners of Persian, Sinhala and other scripts, sequences of emoji, variants of letters, marks in moderation."""
    assert deceptive_sign(text) is None
    assert without_idle_signs(text) == text


@pytest.mark.parametrize("text", DECEPTIVE)
def test_what_nobody_sees_deceives(text: str) -> None:
    """Invisible signs, overrides, unknown characters and heaps of marks, and joiners where no script needs them."""
    assert deceptive_sign(text) is not None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("امیر\u200cحسین", "امیرحسین"), ("علی\u200c رضا", "علی رضا"), ("TM\ufe0f", "TM"), ("Bu\u200cdi", "Bu\u200cdi")],
)
def test_what_keyboards_add_is_dropped_where_it_does_nothing(typed: str, kept: str) -> None:
    """A joiner between Arabic letters that do not join, and a selector behind a plain letter; not among Latin letters."""
    assert without_idle_signs(typed) == kept
