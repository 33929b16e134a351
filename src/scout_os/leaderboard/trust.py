"""May Redis be believed? The facts that this process has, and every reason to let PostgreSQL answer instead.

Those who write to Redis (`sync/`, `redis/redis_board.py`) report facts; those who read from it (`read/`, `service.py`)
ask. `Distrust` lists all reasons; whatever the reason, PostgreSQL answers. One fact is none of them: while PostgreSQL itself
is away (`has_lost_postgres`), nobody can tell whether Redis lacks something, so Redis answers and the answer is marked
`stale`.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from scout_os.leaderboard.models import Register

OWN_CHANGE_SECONDS = 5.0
"""By then the drain has brought a change that the fast path could not, or `waiting_seconds` tells that it has not."""
WAITING_SECONDS = 0.7
"""With the pause between two looks of the relay it stays within the second after which an acknowledged award must be seen."""
LOST_SECONDS = 2.0
"""The relay asks PostgreSQL several times a second."""
KEEP_SECONDS = 10.0
"""No page from PostgreSQL is in use for so long after its reading began: its readers give up before."""


class Distrust(StrEnum):
    """Why Redis is not believed. The values are labels of the metric `scout_board_fallbacks_total`."""

    AWAY = "away"
    """Redis failed, took longer than `redis_board.REQUEST_SECONDS`, or is left alone by its breaker. Told by `BoardAway`.
    Over with the first call that succeeds; the breaker lets one through each second."""

    ABSENT = "absent"
    """Redis does not hold the whole board: a key or a member is missing, a type, a member or a score is wrong, the schema is
    another one, or the state is older than one that this process has seen (`saw_state`). Told by `RedisBoard.look`.
    Over after a rebuild, or when the drain finds the chain of links unbroken."""

    BEHIND = "behind"
    """Redis may lack an acknowledged change:

    - one of the asker's own, acknowledged here, that Redis has not taken yet; for `OWN_CHANGE_SECONDS` at most;
    - any, while a row has waited in the outbox for longer than `WAITING_SECONDS`; until it is drained;
    - any, while the drain does not succeed: since this process started, or since Redis last failed the drain (a full Redis
      refuses it and still answers readers); until the next drain or rebuild.
    """

    UNKNOWN_MEMBER = "stranger"
    """Somebody on the page may not be there, as PostgreSQL says. Told by `read/from_redis.py`, which asks for the profiles.
    Over after the drain or a rebuild."""

    @property
    def is_outage(self) -> bool:
        """Whether Redis is away or has lost the board; the other reasons say nothing of its health."""
        return self in (Distrust.AWAY, Distrust.ABSENT)


class Drain(Protocol):
    """What brings Redis up to date in the background: the outbox relay."""

    def wake(self) -> None:
        """Look at Redis now: it is not as it should be."""


@dataclass(slots=True)
class _Acknowledged:
    """What one learner was told."""

    at: float
    newest: Register
    """By era and total; changes may be acknowledged in any order."""
    missing: Register | None
    """The change acknowledged last, until Redis takes it."""


class Trust:
    """The facts of one process. Times are monotonic seconds."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self.drain_succeeds = False
        """Whether Redis took the last drain, or was rebuilt since. The outbox relay reports it."""
        self.waiting_seconds = 0.0
        """Age of the oldest row of the outbox; 0 if there is none. The outbox relay reports it."""
        self._postgres_answered_at = float("-inf")
        self.newest_state = 0
        """The time of the last change of the newest state seen, in milliseconds of Redis' clock. `RedisBoard` reports it.

        The drain may lower it, if it finds an older state right: then Redis' clock went back."""
        self._acknowledged: OrderedDict[int, _Acknowledged] = OrderedDict()
        """By learner, in order of time. A plain dict looks for its first item through the places of all that were removed."""
        self.acknowledged_version = 0
        """Rises with each acknowledged change."""

    # What readers ask

    def distrust_for(self, user_id: int) -> Distrust | None:
        """Why Redis need not even be asked for `user_id`."""
        told = self._acknowledged.get(user_id)
        is_missing = told is not None and told.missing is not None and told.at + OWN_CHANGE_SECONDS > self._monotonic()
        return Distrust.BEHIND if is_missing else None

    def distrust(self) -> Distrust | None:
        """Why nobody may be shown what Redis holds, though it is a whole board."""
        is_current = self.drain_succeeds and self.waiting_seconds <= WAITING_SECONDS
        return None if is_current else Distrust.BEHIND

    @property
    def has_lost_postgres(self) -> bool:
        """Whether PostgreSQL failed the relay's last question, or has not answered one for `LOST_SECONDS`."""
        return self._monotonic() - self._postgres_answered_at > LOST_SECONDS

    def acknowledged_since(self, began: float) -> Iterator[Register]:
        """What a page from PostgreSQL may lack whose reading began then; each learner's newest change, the latest first."""
        for told in reversed(self._acknowledged.values()):
            if told.at < began:
                return
            yield told.newest

    # What the fast path reports

    def acknowledge(self, changes: Sequence[Register]) -> None:
        """Learners are being told of `changes`, and Redis has yet to take them."""
        now = self._monotonic()
        for change in changes:
            self.acknowledged_version += 1
            known = self._acknowledged.pop(change.user_id, None)
            newest = known.newest if known is not None and _is_newer(known.newest, change) else change
            self._acknowledged[change.user_id] = _Acknowledged(now, newest, missing=change)
            for _ in range(2):
                oldest = next(iter(self._acknowledged))
                if self._acknowledged[oldest].at >= now - KEEP_SECONDS:
                    break
                del self._acknowledged[oldest]

    def reached_redis(self, changes: Sequence[Register]) -> None:
        """Redis took these very `changes`; a later one of the same learner may still be under way."""
        for change in changes:
            told = self._acknowledged.get(change.user_id)
            if told is not None and told.missing is change:
                told.missing = None

    # What the outbox relay and `RedisBoard` report

    def postgres_answered(self) -> None:
        self._postgres_answered_at = self._monotonic()

    def postgres_failed(self) -> None:
        self._postgres_answered_at = float("-inf")

    def saw_state(self, at: int, *, newest_before: int = 0) -> bool:
        """Note a state; False if it is older than the newest one before the call was sent: Redis went back in time."""
        if at < newest_before:
            return False
        self.newest_state = max(self.newest_state, at)
        return True


def _is_newer(one: Register, other: Register) -> bool:
    return (one.era, one.total_xp or 0) > (other.era, other.total_xp or 0)
