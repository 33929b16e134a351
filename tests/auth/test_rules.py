"""Which passwords are guessable."""

from __future__ import annotations

from scout_os.auth.rules import common_passwords, is_guessable


def test_the_list_of_common_passwords_is_there() -> None:
    """Some ten thousand, in lower case, long enough to be taken otherwise, and none of its licence's lines."""
    common = common_passwords()
    assert len(common) > 10_000
    assert {"password", "sunshine", "iloveyou", "qwertyuiop"} <= common
    assert all(len(word) >= 8 and word == word.casefold() for word in common)
    assert not any("licen" in word and " " in word for word in common)
    assert is_guessable("SunShine", "")
