"""Access tokens, and the keys that sign them."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from jwt.types import Options

from scout_os.core.clock import Clock
from scout_os.core.problems import Unauthenticated

ALGORITHM = "HS256"
CLOCK_SKEW = timedelta(seconds=30)
"""How far another machine's clock may be ahead of ours when it issues a token."""
MAX_TOKEN_CHARS = 4096
INT64_MAX = 2**63 - 1
INT32_MAX = 2**31 - 1
MAX_SECONDS = 2**53


@dataclass(frozen=True, slots=True)
class Verified:
    """What a valid token says."""

    user_id: int
    issued_at: float
    """Seconds since the epoch, like the other two."""
    expires_at: float
    valid_until: float
    """The same, or the earlier instant from which a setting of today lets such tokens in no longer."""
    generation: int
    """Ending all of a user's sessions raises the user's own; tokens of an earlier one are over."""
    token_id: bytes
    """Names this very token, for logging it out."""

    @property
    def sessions(self) -> str:
        """Whom limits count: the user since all sessions were last ended. Who kept an earlier token uses up nothing of theirs."""
        return f"{self.user_id}.{self.generation}"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Issues and reads access tokens (JWT, HS256): the user's id in `sub`, and `gen`, the generation of their sessions.

    `key` signs. Tokens of `other_keys`, keys that no longer or do not yet sign, are read as well, until `other_keys_until`
    if that is set. A token's `kid` names its key; without one it is tried with each.
    """

    key: bytes
    issuer: str
    audience: str
    lifetime: timedelta
    clock: Clock
    legacy_until: datetime | None = None
    other_keys: tuple[bytes, ...] = ()
    other_keys_until: datetime | None = None

    def __post_init__(self) -> None:
        if not all(key.strip() for key in (self.key, *self.other_keys)):
            raise ValueError("an empty key would let anyone sign valid tokens")

    def issue(self, user_id: int, generation: int = 0) -> str:
        """A token for `user_id`, valid from now for `lifetime`."""
        now = self.clock.now()
        claims = {
            "sub": str(user_id),
            "iss": self.issuer,
            "aud": self.audience,
            "iat": int(now.timestamp()),
            "exp": int((now + self.lifetime).timestamp()),
            "gen": generation,
            "jti": secrets.token_urlsafe(12),  # else two logins within a second would be one and the same token
        }
        return jwt.encode(claims, self.key, algorithm=ALGORITHM, headers={"kid": key_id(self.key)})

    def verify(self, token: str) -> Verified:
        """What a valid token says; raises `Unauthenticated` for any other, without saying why."""
        if len(token) > MAX_TOKEN_CHARS:
            raise Unauthenticated
        try:
            _refuse_other_spelling(token)
            is_legacy = self._is_legacy(token)
            key, claims = self._claims(token, is_legacy=is_legacy)
            user_id = self._checked_user_id(claims)
            issued_at, expires_at = as_seconds(claims["iat"]), as_seconds(claims["exp"])
            valid_until = expires_at
            if is_legacy and self.legacy_until is not None:
                valid_until = min(valid_until, self.legacy_until.timestamp())
            if key != self.key and self.other_keys_until is not None:
                valid_until = min(valid_until, self.other_keys_until.timestamp())
            return Verified(user_id, issued_at, expires_at, valid_until, _generation(claims), _token_id(token))
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise Unauthenticated from error

    def _claims(self, token: str, *, is_legacy: bool) -> tuple[bytes, dict[str, Any]]:
        """What the token says, and by which of our keys."""
        for key in self._keys(jwt.get_unverified_header(token).get("kid")):
            with suppress(jwt.InvalidSignatureError):
                return key, self._signed_claims(token, key, is_legacy=is_legacy)
        raise ValueError("not signed by any of our keys")

    def _keys(self, kid: object) -> Iterator[bytes]:
        is_over = self.other_keys_until is not None and self.clock.now() >= self.other_keys_until
        for key in (self.key,) if is_over else (self.key, *self.other_keys):
            if kid is None or kid == key_id(key):  # tokens of earlier releases name no key
                yield key

    def _signed_claims(self, token: str, key: bytes, *, is_legacy: bool) -> dict[str, Any]:
        if is_legacy:
            return jwt.decode(token, key, algorithms=[ALGORITHM], options=_options("sub", "exp", "iat", aud=False))
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=self.issuer,
            audience=self.audience,
            options=_options("sub", "exp", "iat", "iss", "aud", aud=True),
        )
        if claims["aud"] != self.audience:
            raise ValueError("meant for others too")
        return claims

    def _is_legacy(self, token: str) -> bool:
        """A token of the older release names neither issuer nor audience; a setting says until when that will do."""
        if self.legacy_until is None or self.clock.now() >= self.legacy_until:
            return False
        unverified = jwt.decode(token, options={"verify_signature": False})
        return "iss" not in unverified and "aud" not in unverified

    def _checked_user_id(self, claims: dict[str, Any]) -> int:
        now = self.clock.now().timestamp()
        latest_start = now + CLOCK_SKEW.total_seconds()
        if as_seconds(claims["exp"]) <= now:
            raise ValueError("expired")
        if as_seconds(claims["iat"]) > latest_start or as_seconds(claims.get("nbf", 0)) > latest_start:
            raise ValueError("not valid yet")
        subject = claims["sub"]
        if not (isinstance(subject, str) and subject.isascii() and subject.isdigit() and subject[0] != "0"):
            raise ValueError("sub is not a user id")
        user_id = int(subject)
        if user_id > INT64_MAX:
            raise ValueError("sub is not a user id")
        return user_id


def key_id(key: bytes) -> str:
    """How a token names the key that signed it; tells nothing of the key."""
    return hashlib.sha256(b"scout-os key id\0" + key).hexdigest()[:16]


def _token_id(token: str) -> bytes:
    """The digest of what was signed: nobody can write another text that is signed as well."""
    return hashlib.sha256(token.rpartition(".")[0].encode()).digest()[:16]


def _generation(claims: dict[str, Any]) -> int:
    """Tokens of earlier releases have none, and belong to the first."""
    generation = claims.get("gen", 0)
    if isinstance(generation, bool) or not isinstance(generation, int) or not 0 <= generation <= INT32_MAX:
        raise ValueError("gen is not a generation")
    return generation


def _refuse_other_spelling(token: str) -> None:
    """Base64 has several spellings of the same bytes; the one that we write is the only one that we read."""
    for part in token.encode("ascii").split(b"."):
        if base64.urlsafe_b64encode(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))).rstrip(b"=") != part:
            raise ValueError("not the spelling that we write")


def _options(*required: str, aud: bool) -> Options:
    """Times are left out: they are checked against our own clock, which tests can move."""
    return {
        "require": list(required),
        "verify_aud": aud,
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
    }


def as_seconds(value: object) -> float:
    """A numeric date that a double holds exactly; anything else is refused."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -MAX_SECONDS <= value <= MAX_SECONDS:
        raise ValueError("not a numeric date")
    return value


def load_or_create_secret(path: Path) -> bytes:
    """The signing key kept at `path`, made once with 48 random bytes and readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{secrets.token_hex(4)}")
        aside.touch(mode=0o600)
        aside.write_text(secrets.token_urlsafe(48))
        try:
            with suppress(FileExistsError):  # the first of several processes wins; the others read its key
                path.hardlink_to(aside)
        finally:
            aside.unlink()
    secret = path.read_text().strip()
    if not secret:
        raise ValueError(f"{path} is empty: remove it, or restore the key it held")
    return secret.encode()
