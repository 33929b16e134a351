"""Attempts as they are handed out: sealed, so that nothing need be kept of one until it is graded.

An attempt's id holds a random number and the time, and a seal over both, the learner, the level and its version. Only who
knows the service's key can make one, and it is good for nobody and nothing else.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from scout_os.core.clock import Clock
from scout_os.training.models import IssuedAttempt, Level
from scout_os.training.problems import AttemptOver, UnknownAttempt

LIFETIME = timedelta(hours=2)
"""Long enough for the longest pause in a lesson. Much shorter than `retention.KEEP`, after which a used one is forgotten."""
_HEAD = 28
"""Bytes of the random number (16), the time in milliseconds (8) and the level's version (4)."""
_ID = re.compile(r"[A-Za-z0-9_-]{80}")
"""The only spelling of 60 bytes: without padding, no two texts mean the same."""


@dataclass(frozen=True, slots=True)
class Started:
    """An attempt that has just been handed out."""

    token: str
    level: Level
    expires_at: datetime


class IssuedAttempts:
    """Hands out attempts and knows them again."""

    def __init__(self, *, key: bytes, clock: Clock, new_id: Callable[[], UUID] = uuid4) -> None:
        self._key = hmac.digest(key, b"scout-os attempts", "sha256")  # a key of their own: no token is ever a seal
        self._clock = clock
        self._new_id = new_id

    def start(self, user_id: int, level: Level) -> Started:
        """A new attempt of the learner at `level`."""
        now_ms = int(self._clock.now().timestamp() * 1000)
        head = self._new_id().bytes + now_ms.to_bytes(8) + level.content_version.to_bytes(4)
        token = urlsafe_b64encode(head + self._seal(head, user_id, level)).decode()
        return Started(token, level, _time(now_ms) + LIFETIME)

    def read(self, token: str, user_id: int, level: Level) -> IssuedAttempt:
        """The attempt behind `token`; raises `UnknownAttempt` for any that is not this learner's at this level.

        Raises `AttemptOver` for one that is too old or was made for other content. Says nothing about whether it was used.
        """
        if not _ID.fullmatch(token):
            raise UnknownAttempt
        sealed = urlsafe_b64decode(token)
        head, seal = sealed[:_HEAD], sealed[_HEAD:]
        if not hmac.compare_digest(seal, self._seal(head, user_id, level)):
            raise UnknownAttempt
        issued_at = _time(int.from_bytes(head[16:24]))
        if self._clock.now() >= issued_at + LIFETIME or int.from_bytes(head[24:]) != level.content_version:
            raise AttemptOver
        return IssuedAttempt(UUID(bytes=head[:16]), issued_at)

    def _seal(self, head: bytes, user_id: int, level: Level) -> bytes:
        return hmac.digest(self._key, head + user_id.to_bytes(8) + level.id.encode(), "sha256")


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
