"""Reading answers as strictly as the client in the field does: a field that is missing or of another JSON type breaks it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

STATUS = "LOCKED|UNLOCKED|COMPLETED"
SECTION_ID = "[a-z]+"
UNIT_ID = rf"{SECTION_ID}_u[0-9]+"
LEVEL_ID = rf"{UNIT_ID}_l[0-9]+"
QUESTION_ID = rf"q_{LEVEL_ID}_[0-9]{{2}}"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")


class ParseError(AssertionError):
    """The client would have thrown here."""


class Fields:
    """A JSON object; each method reads one field of it, and raises `ParseError` where the client would throw."""

    def __init__(self, value: object, where: str = "body") -> None:
        if not isinstance(value, dict):
            raise ParseError(f"{where} is no object: {value!r}")
        self._values: Mapping[str, Any] = value
        self._where = where

    @classmethod
    def parse(cls, body: bytes) -> Fields:
        """The object that `body` holds. NaN and Infinity are no JSON, and bytes that are no UTF-8 no text."""
        try:
            return cls(json.loads(body.decode(), parse_constant=_refuse))
        except ValueError as error:
            raise ParseError(f"no JSON: {body[:200]!r}") from error

    def integer(self, name: str) -> int:
        """A whole number written as one: 5.0, "5" and true are none."""
        value = self._required(name)
        if type(value) is not int or not -(2**63) <= value < 2**63:
            raise ParseError(f"{self._where}.{name} is no int: {value!r}")
        return value

    def text(self, name: str, pattern: str | None = None) -> str:
        """A string, which matches `pattern` as a whole if there is one."""
        value = self._required(name)
        if not isinstance(value, str):
            raise ParseError(f"{self._where}.{name} is no string: {value!r}")
        if pattern is not None and re.fullmatch(pattern, value) is None:
            raise ParseError(f"{self._where}.{name} is not of the form {pattern}: {value!r}")
        return value

    def maybe_text(self, name: str, pattern: str | None = None) -> str | None:
        """A string, or null, or nothing."""
        return None if self._values.get(name) is None else self.text(name, pattern)

    def truth(self, name: str) -> bool:
        """true or false."""
        value = self._required(name)
        if not isinstance(value, bool):
            raise ParseError(f"{self._where}.{name} is no bool: {value!r}")
        return value

    def instant(self, name: str) -> datetime:
        """A point in time in ISO 8601, with its zone."""
        value = self.text(name)
        if _INSTANT.fullmatch(value) is None:
            raise ParseError(f"{self._where}.{name} is no instant: {value!r}")
        return datetime.fromisoformat(value)

    def status(self, name: str) -> str:
        """One of the three words that the client knows."""
        return self.text(name, STATUS)

    def child(self, name: str) -> Fields:
        """An object."""
        return Fields(self._required(name), f"{self._where}.{name}")

    def maybe_child(self, name: str) -> Fields | None:
        """An object or null; the field itself must be there."""
        if name not in self._values:
            raise ParseError(f"{self._where}.{name} is missing")
        return None if self._values[name] is None else self.child(name)

    def children(self, name: str) -> list[Fields]:
        """A list of objects."""
        value = self._required(name)
        if not isinstance(value, list):
            raise ParseError(f"{self._where}.{name} is no list: {value!r}")
        return [Fields(item, f"{self._where}.{name}[{place}]") for place, item in enumerate(value)]

    def names(self) -> set[str]:
        """The names of all fields."""
        return set(self._values)

    def raw(self) -> dict[str, Any]:
        """The object as it came."""
        return dict(self._values)

    def _required(self, name: str) -> Any:
        value = self._values.get(name)
        if value is None:
            raise ParseError(f"{self._where}.{name} is missing or null")
        return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
