"""Seals: HMACs by which this service recognises what it issued without storing it."""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from scout_os.core.clock import Clock

TIME_SEAL = "Time-Seal"
"""Header of each answer of the API: the time, with a seal."""
PURPOSE = b"scout-os times"
_SEAL_BYTES = 18
"""A multiple of three: then Base64 has one spelling."""
_TIME = re.compile(r"([0-9]{1,11})\.([A-Za-z0-9_-]{24})")
"""Seconds since the epoch, and the seal."""


class Seals:
    """HMACs of one purpose. A former key verifies seals for as long as it verifies tokens."""

    def __init__(
        self,
        purpose: bytes,
        *,
        key: bytes,
        clock: Clock,
        other_keys: tuple[bytes, ...] = (),
        other_keys_until: datetime | None = None,
    ) -> None:
        # Derived keys, so that no other HMAC of the service is a valid seal.
        self._key, *self._other_keys = (hmac.digest(each, purpose, "sha256") for each in (key, *other_keys))
        self._other_keys_until = other_keys_until
        self._clock = clock

    def seal(self, data: bytes) -> bytes:
        return hmac.digest(self._key, data, "sha256")

    def fits(self, seal: bytes, data: bytes) -> bool:
        """Whether one of our keys made `seal`, or its beginning, for `data`."""
        is_over = self._other_keys_until is not None and self._clock.now() >= self._other_keys_until
        keys = (self._key,) if is_over else (self._key, *self._other_keys)
        return any(hmac.compare_digest(seal, hmac.digest(key, data, "sha256")[: len(seal)]) for key in keys)


class TimeSeals:
    """Seals the present time, once a second and the same for all."""

    def __init__(self, seals: Seals, clock: Clock) -> None:
        self._seals = seals
        self._clock = clock
        self._begins = self._ends = datetime.min.replace(tzinfo=UTC)
        self._text = b""

    def text(self) -> bytes:
        """The present second, sealed."""
        now = self._clock.now()
        if not self._begins <= now < self._ends:
            self._begins = now.replace(microsecond=0)
            self._ends = self._begins + timedelta(seconds=1)
            self._text = self._sealed(b"%d" % self._begins.timestamp())
        return self._text

    def read(self, text: str) -> datetime | None:
        """The time that `text` proves; None if this service did not seal it."""
        matched = _TIME.fullmatch(text)
        if matched is None or not self._seals.fits(urlsafe_b64decode(matched[2]), matched[1].encode()):
            return None
        return datetime.fromtimestamp(int(matched[1]), UTC)

    def _sealed(self, seconds: bytes) -> bytes:
        return seconds + b"." + urlsafe_b64encode(self._seals.seal(seconds)[:_SEAL_BYTES])
