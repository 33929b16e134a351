"""Wiring that can be followed: from a route to its service's code by go-to-definition."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import scout_os

SOURCES = Path(scout_os.__file__).parent


@pytest.mark.parametrize("word", ["Any", "getattr"])
def test_wiring_hides_no_type(word: str) -> None:
    """The types of all services are known where they are made and where routes get them."""
    assert not re.search(rf"\b{word}\b", (SOURCES / "wiring.py").read_text())
