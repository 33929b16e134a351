"""Text from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from scout_os.core.text import Checked, line, storable


class Named(BaseModel):
    name: Annotated[str, Checked(line, 1, 3)]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_any_real_text_is_storable(text: str) -> None:
    """Only NUL and lone surrogates are refused, and tidying twice changes nothing more."""
    assert storable(storable(text)) == storable(text)


@given(st.text())
def test_a_line_is_stable(text: str) -> None:
    """What `line` lets through is encodable, trimmed and free of breaks, and comes through again unchanged."""
    try:
        tidy = line(text)
    except ValueError:
        return
    assert tidy.encode() is not None
    assert line(tidy) == tidy == tidy.strip()
    assert len(tidy.splitlines()) <= 1


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        *((storable, bad) for bad in ("a\x00b", "a\ud800", "\udfffb")),
        *((line, bad) for bad in ("a\nb", "a\tb", "a\x7fb", "a\u2028b", "a\u202eb", "a\x85b", "\u200b", "\u0301")),
    ],
)
def test_what_cannot_be_stored_or_breaks_a_line_is_refused(check: Callable[[str], str], bad: str) -> None:
    """NUL and lone surrogates never reach PostgreSQL; control characters, overrides and the invisible stand on no line."""
    with pytest.raises(ValueError, match="characters"):
        check(bad)


def test_a_text_that_is_far_too_long_is_not_read() -> None:
    """It is refused for its length at once: to read all that a body may hold would keep others waiting."""
    read: list[str] = []

    def note(text: str) -> str:
        read.append(text)
        return text

    for text in ("abcd", "a" * 25):
        with pytest.raises(PydanticCustomError, match="must have 1 to 3 characters"):
            Checked(note, 1, 3)(text)
    assert read == ["abcd"]


def test_length_counts_after_trimming() -> None:
    """A checked field is as long as what is kept of it, and its schema says so."""
    assert Named(name="  abc  ").name == "abc"
    for bad in ("   ", "abcd"):
        with pytest.raises(ValidationError, match="must have 1 to 3 characters"):
            Named(name=bad)
    assert Named.model_json_schema()["properties"]["name"] | {"title": ""} == {
        "title": "",
        "type": "string",
        "minLength": 1,
        "maxLength": 3,
    }
