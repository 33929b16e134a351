"""Passwords and tokens."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from jwt.types import Options

from scout_os.core.clock import Clock
from scout_os.core.gate import Gate
from scout_os.core.problems import Unauthenticated

ALGORITHM = "HS256"
CLOCK_SKEW = timedelta(seconds=30)
"""How far another machine's clock may be ahead of ours when it issues a token."""
MAX_TOKEN_CHARS = 4096
INT64_MAX = 2**63 - 1
MAX_SECONDS = 2**53
MAX_WAITING_HASHES = 500
HASH_WAIT_SECONDS = 15.0
"""Half of what clients in the field wait for an answer."""


class Passwords:
    """argon2id with OWASP's second recommended cost (19 MiB, 2 passes), on a few threads so that logins never starve the rest."""

    def __init__(self, *, threads: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._gate = Gate(
            width=threads, waiting=MAX_WAITING_HASHES, seconds=HASH_WAIT_SECONDS, stuck_seconds=HASH_WAIT_SECONDS
        )
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    async def hash(self, password: str) -> str:
        """The encoded hash to store. Raises `Unavailable` when too many wait."""
        async with self._gate.enter():
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` made `stored`. Without one (unknown user) it takes as long, and says no."""
        async with self._gate.enter():
            matches = await asyncio.get_running_loop().run_in_executor(
                self._threads, self._matches, stored or self._nobody, password
            )
        return matches and stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Whether `stored` was made with other costs than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


@dataclass(frozen=True, slots=True)
class Verified:
    """What a valid token says."""

    user_id: int
    valid_until: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Issues and reads access tokens (JWT, HS256): the user's id in `sub`, nothing that could grow old beside it."""

    key: bytes
    issuer: str
    audience: str
    lifetime: timedelta
    clock: Clock
    legacy_until: datetime | None = None

    def __post_init__(self) -> None:
        if not self.key.strip():
            raise ValueError("an empty key would let anyone sign valid tokens")

    def issue(self, user_id: int) -> str:
        """A token for `user_id`, valid from now for `lifetime`."""
        now = self.clock.now()
        claims = {
            "sub": str(user_id),
            "iss": self.issuer,
            "aud": self.audience,
            "iat": int(now.timestamp()),
            "exp": int((now + self.lifetime).timestamp()),
        }
        return jwt.encode(claims, self.key, algorithm=ALGORITHM)

    def read(self, token: str) -> int:
        """The user id of a valid token; raises `Unauthenticated` for any other, without saying why."""
        return self.verify(token).user_id

    def verify(self, token: str) -> Verified:
        """What a valid token says; raises `Unauthenticated` for any other, without saying why."""
        if len(token) > MAX_TOKEN_CHARS:
            raise Unauthenticated
        try:
            is_legacy = self._is_legacy(token)
            claims = self._claims(token, is_legacy=is_legacy)
            user_id, valid_until = self._checked_user_id(claims), _seconds(claims["exp"])
            if is_legacy and self.legacy_until is not None:
                valid_until = min(valid_until, self.legacy_until.timestamp())
            return Verified(user_id, valid_until)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise Unauthenticated from error

    def _claims(self, token: str, *, is_legacy: bool) -> dict[str, Any]:
        if is_legacy:
            return jwt.decode(token, self.key, algorithms=[ALGORITHM], options=_options("sub", "exp", "iat", aud=False))
        return jwt.decode(
            token,
            self.key,
            algorithms=[ALGORITHM],
            issuer=self.issuer,
            audience=self.audience,
            options=_options("sub", "exp", "iat", "iss", "aud", aud=True),
        )

    def _is_legacy(self, token: str) -> bool:
        """A token of the older release names neither issuer nor audience; a setting says until when that will do."""
        if self.legacy_until is None or self.clock.now() >= self.legacy_until:
            return False
        unverified = jwt.decode(token, options={"verify_signature": False})
        return "iss" not in unverified and "aud" not in unverified

    def _checked_user_id(self, claims: dict[str, Any]) -> int:
        now = self.clock.now().timestamp()
        latest_start = now + CLOCK_SKEW.total_seconds()
        if _seconds(claims["exp"]) <= now:
            raise ValueError("expired")
        if _seconds(claims["iat"]) > latest_start or _seconds(claims.get("nbf", 0)) > latest_start:
            raise ValueError("not valid yet")
        subject = claims["sub"]
        if not (isinstance(subject, str) and subject.isascii() and subject.isdigit() and subject[0] != "0"):
            raise ValueError("sub is not a user id")
        user_id = int(subject)
        if user_id > INT64_MAX:
            raise ValueError("sub is not a user id")
        return user_id


def _options(*required: str, aud: bool) -> Options:
    """Times are left out: they are checked against our own clock, which tests can move."""
    return {
        "require": list(required),
        "verify_aud": aud,
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
    }


def _seconds(value: object) -> float:
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
            path.hardlink_to(aside)  # the first of several processes wins; the others read its key
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    secret = path.read_text().strip()
    if not secret:
        raise ValueError(f"{path} is empty: remove it, or restore the key it held")
    return secret.encode()
