"""Prepared answers: codings and tags."""

from __future__ import annotations

import pytest

from scout_os.core.prepared import accepts, is_known


@pytest.mark.parametrize(
    ("accept_encoding", "expected"),
    [
        ("", False),
        ("identity", False),
        ("gzip", True),
        ("GZIP", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.001", True),
        ("gzip;q=0", False),
        ("gzip ; q=0.000, *", False),
        ("*", True),
        ("*;q=0", False),
        ("gzipped", False),
        (";;,,;q=", False),
    ],
)
def test_a_coding_is_used_only_where_it_is_accepted(accept_encoding: str, expected: bool) -> None:
    """A weight of 0 refuses a coding, `*` stands for all that are not named, and no header means none."""
    assert accepts("gzip", accept_encoding) is expected


@pytest.mark.parametrize(
    ("if_none_match", "expected"),
    [
        ("", False),
        ('W/"a"', True),
        ('"a"', True),
        ('"b", W/"a"', True),
        ("*", True),
        ('W/"b"', False),
        ("a", False),
    ],
)
def test_tags_are_compared_weakly(if_none_match: str, expected: bool) -> None:
    """A proxy may have made a strong tag weak, and a client may know several."""
    assert is_known('W/"a"', if_none_match) is expected
