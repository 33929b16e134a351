"""Display names: which ones are allowed, and generated ones for learners who prefer not to give their own.

Names need not be unique. A name must not look official, hide characters, or mix alphabets with similar letters.
"""

from __future__ import annotations

import secrets
import unicodedata

from scout_os.core.spelling import canonical, deceptive_sign, script, without_idle_signs
from scout_os.core.text import UNREADABLE, line

NAME_MAX = 100
RESERVED = "nama ini khusus untuk pengelola (this name is reserved)"
MIXED = "mencampur aksara yang mirip (mixes alphabets that look alike)"

_LOOK_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU"})
"""Alphabets with letters that look alike."""
_RESERVED_WORDS = ("admin", "administrator", "moderator", "scoutos", "superuser")
_LOOKS_LIKE = "aаα4@ bвβ8 cсϲ dԁ eеε3 hн iіιӏl1!| jј kкκ mмμ nη oоο0 pрρ qԛ rг sѕ5$ tтτ7 uυ vν wԝ xхχ yу"
"""Latin letters, each followed by similar lower-case letters and digits; l, 1 and i count as one."""
_FOLD = str.maketrans({sign: group[0] for group in _LOOKS_LIKE.split() for sign in group[1:]})
_ANIMALS = """
    Anoa Badak Banteng Beruang Cendrawasih Elang Gajah Garuda Harimau Jalak Kancil Komodo Kuskus Maleo Merak Orangutan
    Penyu Rajawali Rusa Tarsius Trenggiling
"""
_WAYS = """
    Berani Cerdik Ceria Cermat Gembira Hemat Jujur Lincah Rajin Ramah Riang Sabar Setia Sigap Tangguh Tangkas Tekun Teliti
"""


def display_name(text: str) -> str:
    """`text` in NFKC on one line; raises `ValueError` for a deceptive or invisible name."""
    name = line(" ".join(without_idle_signs(unicodedata.normalize("NFKC", line(text))).split()))
    if deceptive_sign(name) is not None:
        raise ValueError(UNREADABLE)
    if len({script(sign) for sign in name if sign.isalpha()} & _LOOK_ALIKE) > 1:
        raise ValueError(MIXED)
    if _is_reserved(name):
        raise ValueError(RESERVED)
    return name


def scout_name() -> str:
    """A name that reveals nothing about its learner, such as "Elang Tangkas 27"."""
    return f"{secrets.choice(_ANIMALS.split())} {secrets.choice(_WAYS.split())} {secrets.randbelow(90) + 10}"


def _is_reserved(name: str) -> bool:
    words = [_skeleton(word) for word in name.split()]
    reserved = {_skeleton(word) for word in _RESERVED_WORDS}
    return not reserved.isdisjoint({*words, "".join(words)})


def _skeleton(text: str) -> str:
    """`text` reduced to its appearance: without marks and punctuation, similar letters replaced by one."""
    plain = unicodedata.normalize("NFD", canonical(text, fold_case=True)).translate(_FOLD)
    return "".join(sign for sign in plain if sign.isalnum())
