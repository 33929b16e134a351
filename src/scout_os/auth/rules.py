"""Password rules after NIST SP 800-63B: length and known words, no composition rules."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

PASSWORD_MIN = 8
PASSWORD_MAX = 128

GUESSABLE = "mudah ditebak, pilih yang lain (too easy to guess, choose another)"

_OUR_WORDS = """
    pramuka praja muda karana scout scouts scoutos siaga penggalang penegak pandega gugusdepan gudep indonesia merdeka
    rahasia sandi katasandi password admin
"""
"""What an attacker who knows this service tries first, followed by any digits."""


def is_guessable(password: str, username: str) -> bool:
    """Whether an attacker who knows the service and the username would guess `password` in some thousand tries."""
    plain = password.casefold()
    letters = _letters(plain)
    names = {username, username.partition("@")[0]}
    return (
        plain in common_passwords()
        or len(set(plain)) <= 2
        or (letters != "" and letters in {*_OUR_WORDS.split(), *map(_letters, names)})
        or plain in names | {name[::-1] for name in names}
    )


@cache
def common_passwords() -> frozenset[str]:
    text = files("scout_os.auth").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line.casefold() for line in text.splitlines() if line and not line.startswith("#"))


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha())
