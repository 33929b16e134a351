"""The one form in which this release writes its access tokens, read in microseconds.

It is read only as it is written: other spellings, orders, types or further claims are not this form.
"""

from __future__ import annotations

import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import NamedTuple

from asyncpg.pgproto.pgproto import UUID  # the standard library's takes a microsecond longer

INT32_MAX = 2**31 - 1
_CLAIMS = (
    rb'\{"sub":"([1-9][0-9]{0,17})","iss":%s,"aud":%s'
    rb',"iat":([1-9][0-9]{0,14}),"exp":([1-9][0-9]{0,14})'  # a float holds each of them exactly
    rb',"gen":(0|[1-9][0-9]{0,9}),"jti":"[A-Za-z0-9_-]{16}"'
    rb'(?:,"acc":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")?\}'
)


class Issued(NamedTuple):
    """What a token says that one of our keys signed. Its times are still to be checked."""

    key: bytes
    user_id: int
    issued_at: int
    """Seconds since the epoch, as is `expires_at`."""
    expires_at: int
    generation: int
    account_key: UUID | None


class IssuedForm:
    """Reads tokens of `issuer` for `audience` that are signed with one of `keys`, which are given by their ids."""

    def __init__(self, keys: Mapping[str, bytes], issuer: str, audience: str) -> None:
        self._keys = {_base64(_json({"alg": "HS256", "kid": kid, "typ": "JWT"})): key for kid, key in keys.items()}
        self._claims = re.compile(_CLAIMS % (re.escape(_json(issuer)), re.escape(_json(audience))))

    def read(self, token: str) -> Issued | None:
        """What `token` says; None if it has another form or is not signed by our keys."""
        try:
            signed, _, signature = token.encode("ascii").rpartition(b".")
            header, _, claims = signed.partition(b".")
            key = self._keys.get(header)
            if key is None or not hmac.compare_digest(_base64(hmac.digest(key, signed, "sha256")), signature):
                return None
            content = urlsafe_b64decode(claims + b"=" * (-len(claims) % 4))
        except ValueError:
            return None
        matched = self._claims.fullmatch(content)
        if matched is None or _base64(content) != claims:
            return None
        subject, issued_at, expires_at, generation, account = matched.groups()
        if int(generation) > INT32_MAX:
            return None
        account_key = None if account is None else UUID(account.decode())
        return Issued(key, int(subject), int(issued_at), int(expires_at), int(generation), account_key)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _base64(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")
