"""Random passwords and codes that people read out and type: no vowels, so no words, and no signs that look alike."""

from __future__ import annotations

import secrets

_SIGNS = "23456789bcdfghjkmnpqrstvwxyz"
_GROUP = 4
PASSWORD_GROUPS = 3
"""57 bits."""
CODE_GROUPS = 2
"""38 bits: enough for a day of limited guesses."""


def readable(groups: int) -> str:
    """A random text such as `k7mp-3xwq`."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(groups))


def typed_code(text: str) -> str:
    """A code as it is compared: letters and digits only, in lower case."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())
