"""Checks for text from clients: what can be stored, and what may be shown on one line to others."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

UNREADABLE = "berisi karakter yang tidak dapat dipakai (contains characters that cannot be used)"
_LINE_BREAKS_AND_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_VISIBLE = frozenset("LNPS")
_DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They reverse the text beside them, such as the next learner's name on the leaderboard."""

MOST_SHRINK = 8
"""So many times what may be kept of it a text may be long: composed and trimmed it is shorter. What is longer is not read."""


def storable(text: str) -> str:
    """The text in NFC; raises `ValueError` for NUL, which PostgreSQL refuses, and for lone surrogates."""
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError(UNREADABLE)
    return unicodedata.normalize("NFC", text)


def line(text: str) -> str:
    """The text in NFC, trimmed; raises `ValueError` for line breaks, control characters, or text that is invisible."""
    trimmed = storable(text).strip()
    for sign in trimmed:
        if unicodedata.category(sign) in _LINE_BREAKS_AND_CONTROLS or sign in _DIRECTION_OVERRIDES:
            raise ValueError(UNREADABLE)
    if trimmed and not any(unicodedata.category(sign)[0] in _VISIBLE for sign in trimmed):
        raise ValueError(UNREADABLE)
    return trimmed


@dataclass(frozen=True)
class Checked:
    """Annotates a `str` field: `check` may rewrite the text; then its length in characters is checked.

    The errors have messages of our own instead of pydantic's, because learners see them.
    """

    check: Callable[[str], str]
    low: int
    high: int

    def __call__(self, text: str) -> str:
        try:
            checked = self.check(text) if len(text) <= self.high * MOST_SHRINK else text
        except ValueError as error:
            raise PydanticCustomError("text", "{reason}", {"reason": str(error)}) from error
        if not self.low <= len(checked) <= self.high:
            raise PydanticCustomError(
                "text_length",
                "harus {low} sampai {high} karakter (must have {low} to {high} characters)",
                {"low": self.low, "high": self.high},
            )
        return checked

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"minLength": self.low, "maxLength": self.high}
