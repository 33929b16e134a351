"""Names that others see: what may stand on the board, and names made here for those who would rather not give one.

Names need not be unique, but none may pass for an official, hide signs, or mix alphabets whose letters look alike.
"""

from __future__ import annotations

import secrets
import unicodedata

from scout_os.core.text import UNREADABLE, line

NAME_MAX = 100
MAX_MARKS = 3
"""Marks on one letter; heaps of them reach into the lines above and below."""
RESERVED = "nama ini khusus untuk pengelola (this name is reserved)"
MIXED = "mencampur aksara yang mirip (mixes alphabets that look alike)"

_JOINER = "\u200d"
_EMOJI_MARKS = frozenset("\ufe0f\u20e3")
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that show nothing, though their category says otherwise."""
_NO_TEXT = frozenset({"Cf", "Co", "Cn"})
_LOOK_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU"})
"""Alphabets of which one letter can stand for another's."""
_RESERVED_WORDS = ("admin", "administrator", "moderator", "scoutos", "superuser")
_LOOKS_LIKE = "aаα4@ bвβ8 cсϲ dԁ eеε3 hн iіιӏl1!| jј kкκ mмμ nη oоο0 pрρ qԛ rг sѕ5$ tтτ7 uυ vν wԝ xхχ yу"
"""Latin letters, each with the lower-case letters and digits that look like it; l, 1 and i are one."""
_FOLD = str.maketrans({sign: group[0] for group in _LOOKS_LIKE.split() for sign in group[1:]})
_ANIMALS = """
    Anoa Badak Banteng Beruang Cendrawasih Elang Gajah Garuda Harimau Jalak Kancil Komodo Kuskus Maleo Merak Orangutan
    Penyu Rajawali Rusa Tarsius Trenggiling
"""
_WAYS = """
    Berani Cerdik Ceria Cermat Gembira Hemat Jujur Lincah Rajin Ramah Riang Sabar Setia Sigap Tangguh Tangkas Tekun Teliti
"""


def display_name(text: str) -> str:
    """`text` as others may see it, in NFKC on one line; raises `ValueError` for what would deceive or cannot be seen."""
    name = line(" ".join(unicodedata.normalize("NFKC", line(text)).split()))
    _check_signs(name)
    if len({alphabet for sign in name if (alphabet := _alphabet(sign))} & _LOOK_ALIKE) > 1:
        raise ValueError(MIXED)
    if _is_reserved(name):
        raise ValueError(RESERVED)
    return name


def scout_name() -> str:
    """A name that says nothing about anybody, such as "Elang Tangkas 27"."""
    return f"{secrets.choice(_ANIMALS.split())} {secrets.choice(_WAYS.split())} {secrets.randbelow(90) + 10}"


def _check_signs(name: str) -> None:
    marks = 0
    for place, sign in enumerate(name):
        category = unicodedata.category(sign)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        hidden = category in _NO_TEXT and not _joins_emoji(name, place)
        if hidden or sign in _UNSEEN or marks > MAX_MARKS:
            raise ValueError(UNREADABLE)


def _joins_emoji(name: str, place: int) -> bool:
    """Whether the sign is the one that makes one picture of two, and stands between two."""
    around = (name[place - 1 : place], name[place + 1 : place + 2])
    return name[place] == _JOINER and all(
        sign != "" and (sign in _EMOJI_MARKS or unicodedata.category(sign) in {"So", "Sk"}) for sign in around
    )


def _alphabet(sign: str) -> str:
    return unicodedata.name(sign, "").partition(" ")[0] if sign.isalpha() else ""


def _is_reserved(name: str) -> bool:
    words = [_skeleton(word) for word in name.split()]
    reserved = {_skeleton(word) for word in _RESERVED_WORDS}
    return not reserved.isdisjoint({*words, "".join(words)})


def _skeleton(text: str) -> str:
    """What `text` looks like: no marks, no signs between, look-alikes as one."""
    plain = unicodedata.normalize("NFD", text.casefold()).translate(_FOLD)
    return "".join(sign for sign in plain if sign.isalnum())
