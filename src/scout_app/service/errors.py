"""The two ways in which a request can fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(eq=False)
class Refused(Exception):
    """The service understood and said no; asking again changes nothing."""

    status: int
    code: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """What is wrong, by field."""


@dataclass(eq=False)
class Unreachable(Exception):
    """No answer, or one that says "later": the outcome is unknown, and asking again is right."""

    reason: str
    retry_after: float | None = None
    """Seconds, where the service named them."""
