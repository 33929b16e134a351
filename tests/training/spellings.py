"""Pairs of a right answer and a variant of it, made without the code that compares them.

The variant either looks the same to a reader, or differs in something that a reader sees.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

Pair = tuple[str, dict[str, Any], Any]
"""Type, payload, and the answer to grade."""

WORDS = """
    simpul pangkal tali Jum'at Qur'an café Zoé naïve São Ångström être Baden-Powell 1857 22 Februari agustus m² 90° 3–5
    satya-darma Ñandú Élan crème "siap" regu Māori 1:50.000 ½ Kwartir-Nasional ḍād Nguyễn
""".split()  # noqa: SIM905 - reads better than a list
APOSTROPHES = ["\u2019", "\u2018", "\u02bc", "\u00b4", "\uff07"]
DASHES = ["\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212"]
BLANKS = [" ", "  ", "\u00a0", "\t", "\u2003 ", "\u3000", "\n", " \u202f"]
UNSEEN = ["\u200b", "\u200c", "\u200d", "\u00ad", "\u2060", "\ufeff", "\u200e", "\u202c"]
LETTERS = "abdefghjkmnpqrtuvwyz"


def same(seed: int, count: int) -> Iterator[Pair]:
    """Pairs that look the same."""
    chance = random.Random(seed)
    for _ in range(count):
        yield _pair(chance, lambda text, typed: respelt(chance, text, typed=typed), changed=None)


def different(seed: int, count: int) -> Iterator[Pair]:
    """Pairs that differ to a reader; what looks the same is varied as well."""
    chance = random.Random(seed)
    for _ in range(count):
        yield _pair(chance, lambda text, typed: respelt(chance, text, typed=typed), changed=CHANGES)


def _pair(chance: random.Random, vary: Callable[[str, bool], str], changed: list[Any] | None) -> Pair:
    kind = chance.choice(["multiple_choice", "fill_blank", "word_bank", "matching", "ordering"])
    texts = _texts(chance, 3 if kind in {"word_bank", "matching", "ordering"} else 1, single=kind == "word_bank")
    place = chance.randrange(len(texts))
    said = list(texts)
    if changed is not None:
        said[place] = altered(chance, texts[place], changed, cased=kind in {"multiple_choice", "matching", "ordering"})
    case = kind in {"fill_blank", "word_bank"}
    given = [vary(text, case) for text in said]
    match kind:
        case "multiple_choice":
            return kind, {"options": texts, "correct_answer": texts[0]}, given[0]
        case "fill_blank":
            payload = {"correct_answer": texts[0], "case_sensitive": False}
            if chance.random() < 0.5:
                payload = {"correct_answer": "lain sama sekali", "case_sensitive": False, "accepted": [texts[0]]}
            return kind, payload, given[0] + chance.choice(["", ".", " ", ". "])
        case "word_bank":
            return kind, {"words": texts, "correct_order": texts}, given
        case "matching":
            pairs = [{"left": f"kiri {number}", "right": text} for number, text in enumerate(texts)]
            return kind, {"pairs": pairs}, {f"kiri\u00a0{number}": text for number, text in enumerate(given)}
    return kind, {"items": texts}, given


def _texts(chance: random.Random, count: int, *, single: bool) -> list[str]:
    words = chance.sample(WORDS, 3 * count)
    return [" ".join(words[3 * n : 3 * n + (1 if single else chance.randint(1, 3))]) for n in range(count)]


def respelt(chance: random.Random, text: str, *, typed: bool) -> str:
    """Other code points, the same look. Typed texts may be in another case."""
    signs = []
    for sign in unicodedata.normalize(chance.choice(["NFC", "NFD"]), text):
        shape = {"'": chance.choice(["'", *APOSTROPHES]), " ": chance.choice(BLANKS)}.get(sign, sign)
        signs.append(chance.choice(["-", *DASHES]) if sign in "-–" else shape)
        if chance.random() < 0.15:
            signs.append(chance.choice(UNSEEN))
    written = "".join(signs)
    if typed:
        written = chance.choice([written, written.upper(), written.lower(), written.title()])
    return chance.choice(["", *BLANKS]) + written + chance.choice(["", *BLANKS])


def altered(chance: random.Random, text: str, changes: list[Any], *, cased: bool) -> str:
    while True:
        change = chance.choice(changes)
        other: str = change(chance, text)
        if cased and chance.random() < 0.2:
            other = text.swapcase()
        if _look(other, cased) != _look(text, cased):
            return other


def _look(text: str, cased: bool) -> list[str]:
    """What a reader of these texts sees: letters, figures and signs, one by one."""
    parts = unicodedata.normalize("NFD", text if cased else text.lower())
    return list(" ".join(parts.split()).replace("–", "-"))


def _replaced(chance: random.Random, text: str) -> str:
    place = chance.randrange(len(text))
    return text[:place] + chance.choice("0123456789" if text[place].isdigit() else LETTERS) + text[place + 1 :]


def _shortened(chance: random.Random, text: str) -> str:
    place = chance.randrange(len(text))
    return text[:place] + text[place + 1 :] if len(text) > 1 else text + "x"


def _lengthened(chance: random.Random, text: str) -> str:
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice(LETTERS + "0123456789") + text[place:]


def _swapped(chance: random.Random, text: str) -> str:
    place = chance.randrange(max(1, len(text) - 1))
    return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def _stripped(_: random.Random, text: str) -> str:
    """Without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def _unsigned(_: random.Random, text: str) -> str:
    """Without apostrophes, dashes and quotation marks."""
    return "".join(sign for sign in text if sign not in "'-–\"")


def _joined(_: random.Random, text: str) -> str:
    return text.replace(" ", "")


def _flattened(_: random.Random, text: str) -> str:
    """Figures on the line, ½ as three signs."""
    return unicodedata.normalize("NFKC", text)


CHANGES = [_replaced, _shortened, _lengthened, _swapped, _stripped, _unsigned, _joined, _flattened]
