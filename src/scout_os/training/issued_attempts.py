"""Issued attempts: signed, so that nothing is stored about an attempt until it is graded.

An attempt's id contains a random number, the time, the level's version, and an HMAC over these, the learner and the level.
Only this service can make one, and it is valid for that learner and level alone.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from scout_os.core.access_tokens import Verified
from scout_os.core.clock import Clock
from scout_os.training.models import IssuedAttempt, Level
from scout_os.training.problems import AttemptOver, UnknownAttempt

LIFETIME = timedelta(hours=2)
"""Longer than any pause in a lesson; much shorter than `retention.KEEP`, after which a used attempt is forgotten."""
_HEAD = 28
"""Bytes of the random number (16), the time in milliseconds (8) and the level's version (4)."""
_ID = re.compile(r"[A-Za-z0-9_-]{80}")
"""60 bytes in their only spelling: without padding, no two texts decode alike."""


@dataclass(frozen=True, slots=True)
class Started:
    token: str
    level: Level
    expires_at: datetime


class IssuedAttempts:
    def __init__(self, *, key: bytes, clock: Clock) -> None:
        # A key of its own, so that no other HMAC of the service is a valid seal.
        self._key = hmac.digest(key, b"scout-os attempts", "sha256")
        self._clock = clock

    def start(self, learner: Verified, level: Level) -> Started:
        now_ms = int(self._clock.now().timestamp() * 1000)
        head = uuid4().bytes + now_ms.to_bytes(8) + level.content_version.to_bytes(4)
        token = urlsafe_b64encode(head + self._seal(head, learner, level)).decode()
        return Started(token, level, _time(now_ms) + LIFETIME)

    def read(self, token: str, learner: Verified, level: Level) -> IssuedAttempt:
        """The attempt behind `token`, used or not.

        Raises `UnknownAttempt` unless it was issued to this learner for this level, and `AttemptOver` if it has expired
        or the level's content has changed.
        """
        if not _ID.fullmatch(token):
            raise UnknownAttempt
        sealed = urlsafe_b64decode(token)
        head, seal = sealed[:_HEAD], sealed[_HEAD:]
        if not hmac.compare_digest(seal, self._seal(head, learner, level)):
            raise UnknownAttempt
        issued_at = _time(int.from_bytes(head[16:24]))
        if self._clock.now() >= issued_at + LIFETIME or int.from_bytes(head[24:]) != level.content_version:
            raise AttemptOver
        return IssuedAttempt(UUID(bytes=head[:16]), issued_at)

    def _seal(self, head: bytes, learner: Verified, level: Level) -> bytes:
        owner = learner.user_id.to_bytes(8) + (learner.account_key.bytes if learner.account_key else b"")
        return hmac.digest(self._key, head + owner + level.id.encode(), "sha256")


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
