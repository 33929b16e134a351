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
    """The first header, however it is spelt, shows one token; another scheme or no header shows none."""
    assert bearer_token([(b"host", b"x"), (b"authorization", value), (b"authorization", b"Bearer second")]) == token
    assert bearer_token([(b"host", value)]) is None
