"""Morse and semaphore: how a text is sent. `tests/vectors/grading.json` has both tables, for clients."""

from __future__ import annotations

import re

_LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_SIGNS = """
    .- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..
    ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----."""
_IN_TURN = "ABCDEFGHIKLMNOPQRSTUYJVWXZ"
"""The letters as one arm after the other goes round."""
_ARMS = "01 02 03 04 05 06 07 12 13 14 15 16 17 23 24 25 26 27 34 35 36 46 47 56 57 67"

MORSE = dict(zip(_LETTERS_AND_DIGITS, _SIGNS.split(), strict=True))
"""Letters and digits, as ITU-R M.1677 has them."""
SEMAPHORE = {letter: [*map(int, arms)] for letter, arms in zip(_IN_TURN, _ARMS.split(), strict=True)}
"""Letters as the places of both arms, the lower one first.

A place is an eighth of a turn, clockwise as the reader sees it, who stands opposite: 0 hangs down, 2 points to the
reader's left.
"""
PLACES = 8
_MORSE_TEXT = re.compile("[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
_SEMAPHORE_TEXT = re.compile("[A-Za-z]+(?: [A-Za-z]+)*")


def can_send_morse(text: str) -> bool:
    """Whether `text` is words of A to Z and 0 to 9 with single blanks between them."""
    return _MORSE_TEXT.fullmatch(text) is not None


def can_send_semaphore(text: str) -> bool:
    """Whether `text` is words of A to Z with single blanks between them."""
    return _SEMAPHORE_TEXT.fullmatch(text) is not None


def morse_signs(text: str) -> str:
    """The signs of a text that can be sent: a blank between letters, " / " between words."""
    return " / ".join(" ".join(MORSE[sign] for sign in word) for word in text.upper().split(" "))


def semaphore_poses(text: str) -> list[list[int]]:
    """The places of both arms for each letter of a text that can be sent; both hang down between words."""
    return [SEMAPHORE.get(sign, [0, 0]) for sign in text.upper()]
