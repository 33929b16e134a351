"""Access tokens, and the keys that sign them."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
from jwt.algorithms import HMACAlgorithm
from jwt.types import Options

from scout_os.core.clock import Clock
from scout_os.core.issued_form import INT32_MAX, IssuedForm
from scout_os.core.problems import Unauthenticated

ALGORITHM = "HS256"
CLOCK_SKEW = timedelta(minutes=5)
"""How far the clock of a machine that issues tokens may be ahead of ours."""
MAX_TOKEN_CHARS = 4096
INT64_MAX = 2**63 - 1
MAX_SECONDS = 2**53
OPTIONS: Options = {
    "require": ["sub", "exp", "iat"],
    "verify_aud": False,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}
"""What PyJWT checks. We check the times against our own clock, which tests can move, and `aud` for equality."""


@dataclass(frozen=True, slots=True)
class Verified:
    user_id: int
    issued_at: float
    """Seconds since the epoch, as are the next two."""
    expires_at: float
    valid_until: float
    """`expires_at`, or an earlier instant from which the settings no longer accept this kind of token."""
    generation: int
    """Ending all sessions of a user gives that user another generation, and older tokens stop working."""
    token_id: bytes
    """Identifies this token, so that it can be logged out."""
    account_key: UUID | None = None
    """That of the account, which no other account ever has; user ids can be given out again after a restore."""

    @property
    def sessions(self) -> str:
        """The key of rate limits. It names account and generation, so tokens that count no more do not use up the limits."""
        return f"{self.user_id}.{self.generation}" + (f".{self.account_key}" if self.account_key else "")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Issues and reads access tokens (JWT, HS256): the user's id in `sub`, `acc`, the account's key, and `gen`, the
    generation of the sessions.

    `key` signs. For key rotation, tokens signed with `other_keys` are accepted, too, until `other_keys_until` if that is
    set. A token's `kid` names its key; a token without `kid` is tried with each key.
    """

    key: bytes
    issuer: str
    audience: str
    lifetime: timedelta
    clock: Clock
    legacy_until: datetime | None = None
    other_keys: tuple[bytes, ...] = ()
    other_keys_until: datetime | None = None
    _form: IssuedForm = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keys = (*self.other_keys, self.key)
        if not all(key.strip() for key in keys):
            raise ValueError("an empty key would let anyone sign valid tokens")
        usable = {key_id(key): key for key in keys if _is_usable(key)}
        object.__setattr__(self, "_form", IssuedForm(usable, self.issuer, self.audience))

    def issue(self, user_id: int, generation: int = 0, account_key: UUID | None = None) -> str:
        now = self.clock.now()
        claims = {
            "sub": str(user_id),
            "iss": self.issuer,
            "aud": self.audience,
            "iat": int(now.timestamp()),
            "exp": int((now + self.lifetime).timestamp()),
            "gen": generation,
            "jti": secrets.token_urlsafe(12),  # otherwise two logins within a second would get the same token
        }
        if account_key is not None:
            claims["acc"] = str(account_key)
        return jwt.encode(claims, self.key, algorithm=ALGORITHM, headers={"kid": key_id(self.key)})

    def verify(self, token: str) -> Verified:
        """What a valid token says; raises `Unauthenticated` for any other, without a reason."""
        return self.find_verified(token) or self.verify_any(token)

    def find_verified(self, token: str) -> Verified | None:
        """What a valid token in the form that we issue says, in a fraction of the time; for others, ask `verify_any`."""
        issued = self._form.read(token) if len(token) <= MAX_TOKEN_CHARS else None
        if issued is None or issued.expires_at <= self.clock.now().timestamp() or not self._accepts(issued.key):
            return None
        return Verified(
            issued.user_id,
            issued.issued_at,
            issued.expires_at,
            self._valid_until(issued.key, issued.expires_at),
            issued.generation,
            _token_id(token),
            issued.account_key,
        )

    def verify_any(self, token: str) -> Verified:
        """As `verify`, by the JWT library, whatever form the token has."""
        if len(token) > MAX_TOKEN_CHARS:
            raise Unauthenticated
        try:
            _refuse_other_encoding(token)
            is_legacy = self._is_legacy(token)
            key, claims = self._claims(token, is_legacy=is_legacy)
            user_id = self._checked_user_id(claims)
            issued_at, expires_at = as_seconds(claims["iat"]), as_seconds(claims["exp"])
            valid_until = self._valid_until(key, expires_at)
            if is_legacy and self.legacy_until is not None:
                valid_until = min(valid_until, self.legacy_until.timestamp())
            generation, account_key = _generation(claims), _account_key(claims)
            return Verified(user_id, issued_at, expires_at, valid_until, generation, _token_id(token), account_key)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise Unauthenticated from error

    def _claims(self, token: str, *, is_legacy: bool) -> tuple[bytes, dict[str, Any]]:
        """The key that signed the token, and the claims."""
        issuer = None if is_legacy else self.issuer
        for key in self._keys(jwt.get_unverified_header(token).get("kid")):
            with suppress(jwt.InvalidSignatureError):
                claims = jwt.decode(token, key, algorithms=[ALGORITHM], issuer=issuer, options=OPTIONS)
                if not is_legacy and claims.get("aud") != self.audience:  # nor may it be a list that contains ours
                    raise ValueError("not for this audience")
                return key, claims
        raise ValueError("not signed by any of our keys")

    def _keys(self, kid: object) -> Iterator[bytes]:
        for key in (self.key, *self.other_keys):
            if (kid is None or kid == key_id(key)) and self._accepts(key):  # tokens of earlier releases name no key
                yield key

    def _accepts(self, key: bytes) -> bool:
        return key == self.key or self.other_keys_until is None or self.clock.now() < self.other_keys_until

    def _valid_until(self, key: bytes, expires_at: float) -> float:
        """`expires_at`, or when the settings stop accepting the key."""
        if key == self.key or self.other_keys_until is None:
            return expires_at
        return min(expires_at, self.other_keys_until.timestamp())

    def _is_legacy(self, token: str) -> bool:
        """Tokens of the first release name neither issuer nor audience; a setting says until when they are accepted."""
        if self.legacy_until is None or self.clock.now() >= self.legacy_until:
            return False
        unverified = jwt.decode(token, options={"verify_signature": False})
        return "iss" not in unverified and "aud" not in unverified

    def _checked_user_id(self, claims: dict[str, Any]) -> int:
        """An `iat` to come is no fault: we signed it, and our clock was put back since. Clients log out on a refusal."""
        now = self.clock.now().timestamp()
        if as_seconds(claims["exp"]) <= now:
            raise ValueError("expired")
        if as_seconds(claims.get("nbf", 0)) > now + CLOCK_SKEW.total_seconds():
            raise ValueError("not valid yet")
        subject = claims["sub"]
        is_number = isinstance(subject, str) and subject.isascii() and subject.isdigit() and subject[0] != "0"
        if not is_number or int(subject) > INT64_MAX:
            raise ValueError("sub is not a user id")
        return int(subject)


def key_id(key: bytes) -> str:
    """The `kid` of tokens that this key signs. It reveals nothing of the key."""
    return hashlib.sha256(b"scout-os key id\0" + key).hexdigest()[:16]


def _is_usable(key: bytes) -> bool:
    """Whether the JWT library takes it: not if it looks like a key of another algorithm."""
    try:
        HMACAlgorithm(HMACAlgorithm.SHA256).prepare_key(key)
    except jwt.InvalidKeyError:
        return False
    return True


def _token_id(token: str) -> bytes:
    """A digest of the signed part, so nobody can write the same token with another id."""
    return hashlib.sha256(token.rpartition(".")[0].encode()).digest()[:16]


def _generation(claims: dict[str, Any]) -> int:
    """Tokens of earlier releases have none and belong to generation 0."""
    generation = claims.get("gen", 0)
    if isinstance(generation, bool) or not isinstance(generation, int) or not 0 <= generation <= INT32_MAX:
        raise ValueError("gen is not a generation")
    return generation


def _account_key(claims: dict[str, Any]) -> UUID | None:
    """Tokens of earlier releases have none, nor have those of accounts that such a release made."""
    key = claims.get("acc")
    return None if key is None else UUID(str(key))


def _refuse_other_encoding(token: str) -> None:
    """Base64 can encode the same bytes in several ways. Only the canonical one is accepted."""
    for part in token.encode("ascii").split(b"."):
        if base64.urlsafe_b64encode(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))).rstrip(b"=") != part:
            raise ValueError("not canonical Base64")


def as_seconds(value: object) -> float:
    """A numeric date that a float represents exactly; raises `ValueError` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -MAX_SECONDS <= value <= MAX_SECONDS:
        raise ValueError("not a numeric date")
    return value


def load_or_create_secret(path: Path) -> bytes:
    """The signing key in the file `path`, created at the first call, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{secrets.token_hex(4)}")
        aside.touch(mode=0o600)
        aside.write_text(secrets.token_urlsafe(48))
        try:
            with suppress(FileExistsError):  # another process was faster; its key is used
                path.hardlink_to(aside)
        finally:
            aside.unlink()
    secret = path.read_text().strip()
    if not secret:
        raise ValueError(f"{path} is empty: remove it, or restore the key it held")
    return secret.encode()
