"""Names that others see."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout_os.core.spelling import deceptive_sign
from scout_os.users.names import display_name, scout_name


@pytest.mark.parametrize(
    "name",
    [
        *("Ayu", "Siti Nurhaliza", "Abd. al-Rahmān", "Ñandú", "王小明", "Иван Петров", "Γιώργος", "محمد", "สมชาย"),
        *(
            "علی\u200cرضا",
            "شاه\u200cنامه",
            "ශ්\u200dරී",
            "क्\u200dष",
            "র\u200d\u09cdয",
            "葛\U000e0100城",
            "\U0001fae8 Budi",
        ),
        *("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f Tom", "❤\ufe0f\u200d🔥", "1\ufe0f\u20e3"),
        *("👩‍🚒", "Budi 🏕️", "Kak Rosa", "Resmi", "Adminah", "Scout Osman", "Wayan 2", "O'Neil", "한글", "Nguyễn Văn Á"),
    ],
)
def test_names_of_people_are_kept(name: str) -> None:
    """Names in any one alphabet, with the marks and joiners that it needs, signs and pictures, come through as they are."""
    assert display_name(f"  {name} ") == name


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ａｙｕ", "Ayu"),
        ("𝓑𝓾𝓭𝓲", "Budi"),
        ("Ayu\u00a0\u3000 Lestari", "Ayu Lestari"),
        ("Cafe\u0301", "Café"),
        ("ﬁna", "fina"),
        ("امیر\u200cحسین", "امیرحسین"),
        ("Ayu ™\ufe0f", "Ayu TM"),
    ],
)
def test_spellings_of_the_same_become_one(written: str, kept: str) -> None:
    """Full-width, ornamental and decomposed letters and odd blanks are written plainly."""
    assert display_name(written) == kept


REFUSED = {
    "characters": [
        *(
            "Bu\u200bdi",
            "Bu\u200ddi",
            "Bu\u200cdi",
            "علی\u200cBudi",
            "Budi\u200cعلی",
            "ක්\u200dA",
            "🏴\U000e0075\U000e0073\U000e0074\U000e0078\U000e007f",
            "\u2060Budi",
            "Budi\ufeff",
            "Bu\u00addi",
            "B\u202eidu",
            "Budi\u2066",
            "Bu\ndi",
            "B\x00",
        ),
        *("\u3164", "\u2800", "\u115f\u1160", "a\u034f", "\ue000", "\u0378", "🏴\U000e0067", "B" + "\u0301\u0316" * 3),
    ],
    "look alike": ["Вudi", "Budі", "Аyu", "Βudi", "Sitі Nur", "pаypal", "Οki", "Ꭺyu"],
    "reserved": [
        *(
            "admin",
            "ADMIN",
            "Admin Pusat",
            "A.d.m.i.n",
            "a d m i n",
            "adm1n",
            "@dmin",
            "Ａｄｍｉｎ",
            "ádmin",
        ),
        *("Moderator", "m0derat0r", "Administrator", "Scout OS", "ScoutOS", "scout 0s", "Kak Admin", "Super user"),
    ],
}


@pytest.mark.parametrize(("reason", "name"), [(reason, name) for reason, names in REFUSED.items() for name in names])
def test_names_that_deceive_are_refused(reason: str, name: str) -> None:
    """Signs that nobody sees, alphabets mixed to look alike, and words for officials in any spelling stand in no name."""
    with pytest.raises(ValueError, match=reason):
        display_name(name)


@given(st.text(max_size=40))
def test_what_is_kept_is_stable_and_visible(text: str) -> None:
    """Whatever comes through is NFKC, without deceptive signs, and comes through again unchanged."""
    try:
        name = display_name(text)
    except ValueError:
        return
    assert unicodedata.is_normalized("NFKC", name)
    assert deceptive_sign(name) is None
    assert display_name(name) == name


def test_made_names_say_nothing() -> None:
    """A made name is two Indonesian words and a number, may be used as a name, and differs from time to time."""
    names = {scout_name() for _ in range(50)}
    assert len(names) > 25
    for name in names:
        assert re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]+ [1-9][0-9]", name)
        assert display_name(name) == name
