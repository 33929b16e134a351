"""Issued attempts: signed, so that nothing is stored about an attempt until it is graded.

An attempt's id contains a random number, the time, the level's version, and an HMAC over these, the learner and the level.
Only this service can make one, and it is valid for that learner and level alone.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from scout_os.core.access_tokens import Verified
from scout_os.core.clock import Clock
from scout_os.core.seals import Seals
from scout_os.training.models import IssuedAttempt, Level
from scout_os.training.problems import AttemptOver, UnknownAttempt

LIFETIME = timedelta(days=14)
"""Longer than a device is without a network; shorter than `retention.KEEP`, after which a used attempt is forgotten."""
PURPOSE = b"scout-os attempts"
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
    def __init__(self, seals: Seals, clock: Clock) -> None:
        self._seals = seals
        self._clock = clock

    def start(self, learner: Verified, level: Level) -> Started:
        now_ms = int(self._clock.now().timestamp() * 1000)
        head = uuid4().bytes + now_ms.to_bytes(8) + level.content_version.to_bytes(4)
        token = urlsafe_b64encode(head + self._seals.seal(_sealed(head, learner, level))).decode()
        return Started(token, level, _time(now_ms) + LIFETIME)

    def read(self, token: str, learner: Verified, level: Level) -> IssuedAttempt:
        """The attempt behind `token`, used or not.

        Raises `UnknownAttempt` unless it was issued to this learner for this level, and `AttemptOver` if it has expired
        or the level's content has changed.
        """
        if not _ID.fullmatch(token):
            raise UnknownAttempt
        whole = urlsafe_b64decode(token)
        head, seal = whole[:_HEAD], whole[_HEAD:]
        if not self._seals.fits(seal, _sealed(head, learner, level)):
            raise UnknownAttempt
        issued_at = _time(int.from_bytes(head[16:24]))
        if self._clock.now() >= issued_at + LIFETIME or int.from_bytes(head[24:]) != level.content_version:
            raise AttemptOver
        return IssuedAttempt(UUID(bytes=head[:16]), issued_at)


def _sealed(head: bytes, learner: Verified, level: Level) -> bytes:
    owner = learner.user_id.to_bytes(8) + (learner.account_key.bytes if learner.account_key else b"")
    return head + owner + level.id.encode()


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
