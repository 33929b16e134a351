"""Colours and texts, by rule and not by eye."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter

import pytest

import scout_app
from scout_app.texts import TABLE, Texts
from scout_app.ui.theme import DARK, LIGHT, WRITTEN_ON

BOUNDED_BY = [("outline", "surface"), ("outline", "surface_container_lowest")]
KEY = re.compile(r"[a-z]+(\.[a-z_]+)+")
ENGLISH = re.compile(
    r"\b(the|your|you|and|is|are|not|again|loading|sign|next|level up|leaderboard|please)\b", re.IGNORECASE
)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(WRITTEN_ON, 4.5), (BOUNDED_BY, 3)], ids=["texts", "outlines"])
def test_everything_stands_out_from_its_ground(
    colours: dict[str, str], pairs: Iterable[tuple[str, str]], least: float
) -> None:
    """4.5:1 at least for what is written (AA), 3:1 for the outlines of fields and buttons (WCAG 1.4.11)."""
    ratios = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < least} == {}


def test_both_languages_say_the_same_with_the_same_gaps() -> None:
    """No text is empty, and what is filled in is filled in in both languages."""
    for key, (indonesian, english) in TABLE.items():
        assert indonesian.strip(), key
        assert english.strip(), key
        if not key.endswith(".one"):
            assert gaps(indonesian) == gaps(english), key


def test_every_text_is_asked_for_and_every_text_asked_for_is_there() -> None:
    """Each key of the table stands in the app's code, or begins like one that is made there; each one there is in the table."""
    strings = set(strings_of_the_app())
    made = tuple(text for text in strings if text.endswith("."))
    idle = [key for key in TABLE if key.removesuffix(".one") not in strings and not key.startswith(made)]
    parts = {key.partition(".")[0] for key in TABLE}
    unknown = [
        text for text in strings if KEY.fullmatch(text) and text.partition(".")[0] in parts and text not in TABLE
    ]
    assert (idle, unknown) == ([], [])


def test_indonesian_holds_no_english() -> None:
    """None of the commonest English words is in an Indonesian text, but for a language's own name for itself."""
    shown = {key: text for key, (text, _) in TABLE.items() if key != "profile.language.en"}
    assert [key for key, text in shown.items() if ENGLISH.search(text)] == []


def test_numbers_are_grouped_as_the_language_does() -> None:
    """A point in Indonesian, a comma in English."""
    assert (Texts("id").number(12345), Texts("en").number(12345)) == ("12.345", "12,345")


def strings_of_the_app() -> Iterator[str]:
    """Each text in its code, the tables of texts left out."""
    for file in Path(scout_app.__file__).parent.rglob("*.py"):
        if file.parent.name != "texts":
            nodes = ast.walk(ast.parse(file.read_text("utf-8")))
            yield from (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


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
