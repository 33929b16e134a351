"""Answers that differ between learners in the status of each level alone: made once, and filled in for each request."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from scout_os.training.models import Level, LevelStatus
from scout_os.training.rules import level_statuses

LOCKED: LevelStatus = "LOCKED"
_STATUSES: dict[LevelStatus, bytes] = {status: f'"{status}"'.encode() for status in (LOCKED, "UNLOCKED", "COMPLETED")}


class StatusAnswer:
    """A JSON answer with a gap for the status of each of `levels`, in their order.

    `locked` is the answer in which all are locked. `before` is what stands before each status, and together with it
    nowhere else; a quote inside a JSON string is escaped, so no title can look like one.
    """

    def __init__(self, levels: Sequence[Level], locked: bytes, before: bytes) -> None:
        *starts, self._end = locked.split(before + _STATUSES[LOCKED])
        self._levels = levels
        self._parts = [
            {status: start + before + text for status, text in _STATUSES.items()}
            for start, _ in zip(starts, levels, strict=True)
        ]

    def fill(self, completed: Collection[str]) -> bytes:
        """The answer for a learner who completed the levels `completed`."""
        statuses = level_statuses(self._levels, completed)
        return b"".join([part[status] for part, status in zip(self._parts, statuses, strict=True)]) + self._end
