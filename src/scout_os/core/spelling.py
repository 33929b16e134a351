"""How texts are compared, and which characters deceive their readers.

Both follow Unicode: composition (UAX #15), joiners that a script needs (CONTEXTJ in RFC 5892), emoji sequences (UTS #51).
"""

from __future__ import annotations

import re
import unicodedata

import idna

APOSTROPHES = "'`´ʹʻʼʽʾʿˈ՚׳‘’‛′‵ꞌ＇"
QUOTATION_MARKS = '"“”„‟″‶＂'
DASHES = "-˗‐‑‒–—―⁃−﹘﹣－"
MAX_MARKS = 3
"""Most marks on one letter; more of them cover the lines above and below."""

IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Unicode's Default_Ignorable_Code_Point, and the marks of annotations: characters that have no shape of their own."""
PICTURES = "\u2194\u2195\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
"""The blocks of emoji, as far as they join with others; later emoji will be among them."""
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_REGIONS = ("gbeng", "gbsct", "gbwls")
"""England, Scotland and Wales: all flags whose region is written in invisible tags."""
_FLAGS = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in region) for region in _REGIONS)
_SEQUENCE = rf"(?<=\U0001f3f4)(?:{_FLAGS})\U000e007f|(?<=[{PICTURES}])\ufe0f?\u200d(?=[{PICTURES}])"
_IN_SEQUENCE = re.compile(_SEQUENCE)
_INVISIBLE = re.compile(rf"({_SEQUENCE})|[{IGNORABLE}{_CONTROLS}]")
_IS_IGNORABLE = re.compile(f"[{IGNORABLE}]")
_ONE_SHAPE = str.maketrans(
    dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(QUOTATION_MARKS, '"') | dict.fromkeys(DASHES, "-") | {"\u2800": " "}
)
_JOINERS = "\u200c\u200d"
_VIRAMA = 9
"""The combining class of characters that join consonants."""
_WITHOUT_SHAPE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def canonical(text: str, *, fold_case: bool = False) -> str:
    """The form in which texts are compared: equal for texts that readers cannot tell apart.

    Composed (NFC, because NFKC would make m² and m2 equal), without invisible characters, with one kind of apostrophe,
    quotation mark and dash, and with one space for each run of white space, trimmed.
    """
    if text.isascii() and text.isprintable():  # nothing to remove or compose: ten times as fast
        plain = text.replace("`", "'")
        return " ".join((plain.lower() if fold_case else plain).split())
    seen = _INVISIBLE.sub(lambda found: (found[1] or "").replace("\ufe0f", ""), text)
    if fold_case:
        seen = unicodedata.normalize("NFD", seen).casefold()
    return " ".join(unicodedata.normalize("NFC", seen).translate(_ONE_SHAPE).split())


def deceptive_sign(text: str) -> str | None:
    """The first character that nobody sees, that reorders the text or that covers other lines; None if there is none.

    Invisible characters that belong to an emoji or that the script's spelling needs do not deceive.
    """
    plain = _IN_SEQUENCE.sub("", text)
    marks = 0
    for place, sign in enumerate(plain):
        category = unicodedata.category(sign)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > MAX_MARKS or (_is_unseen(sign, category) and not _is_needed(plain, place)):
            return sign
    return None


def without_idle_signs(text: str) -> str:
    """`text` without characters that keyboards add and that change nothing there.

    These are joiners between Arabic letters that do not join anyway, and variation selectors behind plain letters.
    """
    return "".join(sign for place, sign in enumerate(text) if not _is_idle(text, place))


def script(letter: str) -> str:
    """The script of a letter, as in `LATIN`; empty for letters that are younger than this Python."""
    return unicodedata.name(letter, "").partition(" ")[0]


def _is_unseen(sign: str, category: str) -> bool:
    if _is_new_picture(sign):
        return False
    return category in _WITHOUT_SHAPE or sign == "\u2800" or _IS_IGNORABLE.match(sign) is not None


def _is_needed(text: str, place: int) -> bool:
    """Whether the spelling of the letters around needs the invisible character at `place`."""
    sign, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if sign in _JOINERS:
        return _is_joiner_needed(text, place)
    if not before:
        return False
    if sign in "\ufe0e\ufe0f":  # as text or as a picture
        is_keycap = before.isdigit() and after == "\u20e3"
        return is_keycap or unicodedata.category(before)[0] in "SP" or _is_new_picture(before)
    if _is_variation_selector(sign):
        return unicodedata.name(before, "").startswith("CJK")
    return "\u180b" <= sign <= "\u180f" and unicodedata.name(before, "").startswith("MONGOLIAN")


def _is_joiner_needed(text: str, place: int) -> bool:
    """Whether it stands between letters of one script, by CONTEXTJ or before a virama (conjuncts of Bengali and Kannada)."""
    before = next((sign for sign in reversed(text[max(0, place - 3) : place]) if sign.isalpha()), "")
    after = next((sign for sign in text[place + 1 : place + 4] if sign.isalpha()), "")
    if not before or (after and script(before) != script(after)):
        return False
    if text[place] == "\u200d" and after and unicodedata.combining(text[place + 1]) == _VIRAMA:
        return True
    try:
        return idna.valid_contextj(text[max(0, place - 16) : place + 17], min(place, 16))
    except ValueError:  # beside a character that has no name
        return False


def _is_idle(text: str, place: int) -> bool:
    sign, around = text[place], text[max(0, place - 1) : place + 2]
    if sign in _JOINERS:
        beside = {unicodedata.bidirectional(other) for other in around.replace(sign, "")}
        return "AL" in beside <= {"AL", "WS"} and not _is_joiner_needed(text, place)
    return _is_variation_selector(sign) and place > 0 and not _is_needed(text, place)


def _is_variation_selector(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def _is_new_picture(sign: str) -> bool:
    """An emoji that is younger than this Python."""
    return unicodedata.category(sign) == "Cn" and re.match(f"[{PICTURES}]", sign) is not None
