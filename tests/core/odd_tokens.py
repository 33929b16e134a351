"""Tokens that nobody issues, made from a seed.

Most of them are signed with a key of ours: else none would come further than the signature.
"""

from __future__ import annotations

import base64
import hmac
import json
import random
from uuid import UUID

from scout_os.core.access_tokens import Tokens, key_id
from tests.clock import NOON

OURS = b"the key of today, which is long enough for HS256"
FORMER = b"the key of yesterday, which is long enough as well"
LIKE_A_JWK = b'{"kty": "oct", "k": "a key that the JWT library refuses for its looks"}'
FOREIGN = b"the key of somebody else, who would like to come in"
KEYS = (OURS, FORMER, LIKE_A_JWK)
NOW = int(NOON.timestamp())
ODD = 0.06
"""How often a part of a token is an odd one."""


class OddToken:
    """A token for `service`, odd in some parts."""

    def __init__(self, dice: random.Random, service: Tokens) -> None:
        self._dice = dice
        self._service = service
        self._key = dice.choice((*[OURS] * 6, FORMER, FORMER, LIKE_A_JWK, FOREIGN))

    def text(self) -> str:
        """The whole token."""
        header, alg = self._header()
        signed = f"{self._base64(header)}.{self._base64(self._claims())}"
        token = f"{signed}.{self._base64(self._signature(signed, alg))}"
        return self._mangled(token) if self._odd() else token

    def _odd(self) -> bool:
        return self._dice.random() < ODD

    def _header(self) -> tuple[bytes, str]:
        """The header, and the algorithm that the token is signed with."""
        kid: object = key_id(self._key)
        if not self._odd():
            return _compact({"alg": "HS256", "kid": kid, "typ": "JWT"}), "sha256"
        kinds: list[object] = [
            "none",
            "None",
            "",
            "HS384",
            "HS512",
            "RS256",
            "ES256",
            "hs256",
            "HS256 ",
            None,
            1,
            ["HS256"],
        ]
        alg = self._dice.choice([*kinds, "HS384"])
        others: list[object] = [
            key_id(self._dice.choice((*KEYS, FOREIGN))),
            str(kid).upper(),
            "",
            None,
            7,
            ["x"],
            "../key",
        ]
        other = self._dice.choice(others)
        signed_by = {"HS384": "sha384", "HS512": "sha512", "none": ""}.get(str(alg), "sha256")
        return self._dice.choice(
            [
                (_compact({"alg": alg, "kid": kid, "typ": "JWT"}), signed_by),
                (_compact({"alg": alg, "kid": kid, "typ": "JWT"}), "sha256"),
                (_compact({"alg": "HS256", "kid": other, "typ": "JWT"}), "sha256"),
                (_compact({"alg": "HS256", "typ": "JWT"}), "sha256"),
                (_compact({"typ": "JWT", "alg": "HS256", "kid": kid}), "sha256"),
                (_compact({"kid": kid, "typ": "JWT"}), "sha256"),
                (_compact({"alg": "HS256", "kid": kid}), "sha256"),
                (_compact({"alg": "HS256", "kid": kid, "typ": "jwt"}), "sha256"),
                (_compact({"alg": "HS256", "jku": "https://x.example", "kid": kid, "typ": "JWT"}), "sha256"),
                (_compact({"alg": "HS256", "crit": ["x"], "kid": kid, "typ": "JWT", "x": 1}), "sha256"),
                (_compact({"alg": "HS256", "b64": False, "crit": ["b64"], "kid": kid, "typ": "JWT"}), "sha256"),
                (json.dumps({"alg": "HS256", "kid": kid, "typ": "JWT"}).encode(), "sha256"),
                (b'{"alg":"none","alg":"HS256","kid":"%s","typ":"JWT"}' % str(kid).encode(), "sha256"),
                (b'{"alg":"HS256","alg":"none","kid":"%s","typ":"JWT"}' % str(kid).encode(), ""),
                (self._dice.choice((b"", b"[]", b"null", b"{", b"\xff", b"[" * 3000, b'"HS256"')), "sha256"),
            ]
        )

    def _claims(self) -> bytes:
        dice = self._dice
        account = str(UUID(int=dice.getrandbits(128)))
        claims = {
            "sub": _text(str(dice.choice((1, 7, 10, 123456, 2**53 + 1, 10**17, 10**18, 2**63 - 1)))),
            "iss": _text(self._service.issuer),
            "aud": _text(self._service.audience),
            "iat": str(NOW),
            "exp": str(NOW + 3600),
            "gen": str(dice.choice((0, 0, 5, 2**30, 2**31 - 1))),
            "jti": _text(base64.urlsafe_b64encode(dice.randbytes(12)).decode()),
            "acc": _text(account),
        }
        if dice.random() < 0.3:
            del claims["acc"]
        pairs = list(claims.items())
        while dice.random() < 0.45:
            self._spoil(pairs, account)
        colon, comma = dice.choice((" : ", ":")), dice.choice((", ", ","))
        if not self._odd():
            colon, comma = ":", ","
        inner = comma.join(f"{_text(name)}{colon}{value}" for name, value in pairs)
        return self._framed(inner) if self._odd() else ("{" + inner + "}").encode("utf-8", "surrogatepass")

    def _spoil(self, pairs: list[tuple[str, str]], account: str) -> None:
        """One odd thing about the claims."""
        dice = self._dice
        place = dice.randrange(len(pairs)) if pairs else 0
        name = pairs[place][0] if pairs else "sub"
        match dice.randrange(10):
            case 0 if pairs:
                del pairs[place]
            case 1:
                dice.shuffle(pairs)
            case 2:
                pairs.insert(dice.randrange(len(pairs) + 1), (name, dice.choice(pairs)[1] if pairs else "1"))
            case 3:
                further = (
                    ("nbf", str(NOW + dice.choice((-1, 0, 299, 301, 10**6)))),
                    ("role", '"admin"'),
                    ("", "{}"),
                    ("sub ", "1"),
                )
                pairs.insert(dice.randrange(len(pairs) + 1), dice.choice(further))
            case 4 | 5:
                number = dice.choice(("iat", "exp", "gen", "gen", "nbf"))
                self._put(pairs, number, dice.choice(NUMBERS))
            case 6:
                self._put(pairs, "sub", dice.choice(SUBJECTS))
            case 7:
                other = dice.choice(
                    (account.upper(), "{" + account + "}", f"urn:uuid:{account}", account.replace("-", ""))
                )
                keys = (
                    _text(other),
                    _text(account[:-1]),
                    _text(account + "0"),
                    "null",
                    "7",
                    '""',
                    "[]",
                    _text(account[1:] + "-"),
                )
                self._put(pairs, "acc", dice.choice(keys))
            case 8:
                self._put(pairs, dice.choice(("iss", "aud", "jti")), dice.choice(TEXTS))
            case _:
                self._put(pairs, name, dice.choice((*NUMBERS, *TEXTS, *SUBJECTS)))

    @staticmethod
    def _put(pairs: list[tuple[str, str]], name: str, value: str) -> None:
        for place, (present, _) in enumerate(pairs):
            if present == name:
                pairs[place] = name, value
                return
        pairs.append((name, value))

    def _framed(self, inner: str) -> bytes:
        whole = "{" + inner + "}"
        frames = (
            f" {whole}",
            f"{whole}\n",
            f"[{whole}]",
            f"{whole}{whole}",
            f"\ufeff{whole}",
            f"{whole}\0",
            "{" + inner + ",}",
        )
        framed = self._dice.choice((whole, *frames, inner, "", "null", "{" * 5000, "{}", whole + " " * 4000))
        return framed.encode(self._dice.choice(("utf-8", "utf-8", "utf-8", "utf-16")), "surrogatepass")

    def _signature(self, signed: str, digest: str) -> bytes:
        if not digest:
            return b""
        signature = hmac.digest(self._key, signed.encode("utf-8", "surrogatepass"), digest)
        if not self._odd():
            return signature
        place, bit = divmod(self._dice.randrange(len(signature) * 8), 8)
        flipped = bytearray(signature)
        flipped[place] ^= 1 << bit
        return self._dice.choice(
            (bytes(flipped), signature[:-1], signature[:16], signature + b"\0", b"", signature * 2)
        )

    def _base64(self, content: bytes) -> str:
        """`content` in Base64, now and then in another spelling of the same bytes."""
        text = base64.urlsafe_b64encode(content).decode()
        bare = text.rstrip("=")
        if not self._odd():
            return bare
        place = self._dice.randrange(len(bare) + 1)
        return self._dice.choice(
            (
                text,
                bare + "=",
                bare + "====",
                base64.b64encode(content).decode().rstrip("="),
                bare[:place] + self._dice.choice(" \n\t!*=%") + bare[place:],
                bare[:-1] + ALPHABET[ALPHABET.index(bare[-1]) ^ self._dice.choice((1, 2, 3))] if bare else "A",
            )
        )

    def _mangled(self, token: str) -> str:
        """`token` with a character, a part or an end changed after it was signed."""
        dice = self._dice
        place = dice.randrange(len(token))
        char = chr(ord(token[place]) ^ 1 << dice.randrange(7))
        header, _, rest = token.partition(".")
        return dice.choice(
            (
                token[:place] + char + token[place + 1 :],
                token[:place] + token[place + 1 :],
                token[:place] + dice.choice("A.=-_ é\u0661\udc80\0") + token[place:],
                token[:place],
                token[place:],
                *(f"{token}.", f".{token}", f"{token}.{rest}", f"{header}.{token}", f"{header}..{rest}", header, rest),
                *(token * 2, token + "A" * 5000, token.upper(), f"{token}\n", f" {token}", f"Bearer {token}", ""),
            )
        )


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_DIGITS = (
    "1e3",
    "1.0",
    f"{NOW + 60}.5",
    f"{NOW + 60}.0",
    f"{NOW + 60}e0",
    "-0",
    "-1",
    "0",
    "01",
    "+1",
    "1_0",
    "0x10",
    "1 0",
)
_SIZES = (2**31 - 1, 2**31, 2**32, 2**53, 2**53 + 1, 2**63, 10**14, 10**15, 10**16, 10**30, -(2**53))
NUMBERS = (
    *_DIGITS,
    *(str(size) for size in _SIZES),
    *(str(NOW + seconds) for seconds in (-1, 0, 1, 60, 300, 3601)),
    *(
        "9" * 5000,
        "NaN",
        "Infinity",
        "-Infinity",
        "true",
        "false",
        "null",
        '"1"',
        f'"{NOW + 60}"',
        "[]",
        "{}",
        "[1]",
        "",
    ),
)
SUBJECTS = (
    *("7", "7.0", "true", "null", '""', '"0"', '"01"', '"-1"', '"+1"', '" 1"', '"1 "', '"1.0"', '"1e3"', '"\u0661"'),
    *('"\\u0031"', '"1\\u0000"', '"1\n"', '"1\\n"', '"admin"', '["1"]', '{"1":1}', f'"{2**63 - 1}"', f'"{2**63}"'),
    *(f'"{"9" * 18}"', f'"{"9" * 19}"', f'"{"9" * 5000}"', "'1'", '"1', '"\ud800"', "[" * 2000),
)
TEXTS = (
    *('"scout-os"', '"scout-os-app"', '"scout\\u002dos"', '"scout-os "', '"Scout-OS"', '"scout"', '["scout-os-app"]'),
    *(
        '["scout-os-app","x"]',
        "null",
        "1",
        "true",
        '""',
        '"\\ud800"',
        '"\ud800"',
        '"ÄÖ"',
        f'"{"x" * 4000}"',
        '"' + "A" * 16 + '"',
    ),
    *('"' + "A" * 15 + '"', '"' + "A" * 17 + '"', '"AAAAAAAAAAAAAAA="', '"AAAAAAAAAAAAAAA\\""', '"AAAAAAAAAAAAAAAA\n"'),
)


def _compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _text(value: str) -> str:
    return json.dumps(value)
