"""Whose token a request shows."""

from __future__ import annotations

import pytest

from scout_os.core.identity import bearer_token


@pytest.mark.parametrize(
    ("value", "token"),
    [
        (b"Bearer a.b.c", "a.b.c"),
        (b"bearer a.b.c", "a.b.c"),
        (b"  BEARER \t a.b.c  ", "a.b.c"),
        (b"Bearer \xe9", "é"),
        (b"Bearer a b", "a b"),
        (b"Bearer ", None),
        (b"Bearer", None),
        (b"Bearera.b.c", None),
        (b"Basic a.b.c", None),
        (b"", None),
    ],
)
def test_the_scheme_in_any_case_and_spaces_around_the_token(value: bytes, token: str | None) -> None:
    """One header, however it is spelt, shows one token; another scheme shows none."""
    assert bearer_token([(b"host", b"x"), (b"authorization", value)]) == token


def test_of_two_headers_the_first_counts() -> None:
    """A second `Authorization` header is not looked at, and none shows no token."""
    assert bearer_token([(b"authorization", b"Basic x"), (b"authorization", b"Bearer a")]) is None
    assert bearer_token([]) is None
