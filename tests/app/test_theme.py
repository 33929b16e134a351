"""Colours and texts, by rule and not by eye."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from scout_app.texts import TABLE, Texts
from scout_app.ui.theme import DARK, LIGHT, WRITTEN_ON

ENGLISH = re.compile(
    r"\b(the|your|you|and|is|are|not|again|loading|sign|next|level up|leaderboard|please)\b", re.IGNORECASE
)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_has_contrast_aa_on_its_ground(colours: dict[str, str]) -> None:
    """4.5:1 at least, for each pair of colours that are written on each other, in both themes."""
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in WRITTEN_ON}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_what_bounds_a_control_stands_out_from_its_ground(colours: dict[str, str]) -> None:
    """3:1 at least for the outlines of fields and buttons (WCAG 1.4.11)."""
    for ground in ("surface", "surface_container_lowest"):
        assert contrast(colours["outline"], colours[ground]) >= 3, ground


def test_both_languages_say_the_same_with_the_same_gaps() -> None:
    """No text is empty, and what is filled in is filled in in both languages."""
    for key, (indonesian, english) in TABLE.items():
        assert indonesian.strip(), key
        assert english.strip(), key
        if not key.endswith(".one"):
            assert gaps(indonesian) == gaps(english), key


def test_indonesian_holds_no_english() -> None:
    """None of the commonest English words is in an Indonesian text, but for a language's own name for itself."""
    shown = {key: text for key, (text, _) in TABLE.items() if key != "profile.language.en"}
    assert [key for key, text in shown.items() if ENGLISH.search(text)] == []


def test_numbers_are_grouped_as_the_language_does() -> None:
    """A point in Indonesian, a comma in English."""
    assert (Texts("id").number(12345), Texts("en").number(12345)) == ("12.345", "12,345")


def contrast(one: str, other: str) -> float:
    """By the definition of WCAG 2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
