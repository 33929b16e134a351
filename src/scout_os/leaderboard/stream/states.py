"""Numbers the states of the board: which are new, and which version an event carries."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from scout_os.leaderboard.models import Source, View
from scout_os.leaderboard.stream.events import Frame
from scout_os.leaderboard.trust import Distrust


class States:
    """The version is Redis' count of changes, which all processes share, or the microsecond if PostgreSQL answers.

    It rises with every state that may look different to anybody.
    """

    def __init__(self) -> None:
        self._version = 0
        self._key: Any = None
        self._pages: dict[int, tuple[int, Any]] = {}
        self.source: Source = "redis"
        self.is_stale = False

    def take(self, view: View, as_of: datetime, distrust: Distrust | None) -> Frame:
        """The state that was read, ready to be sent; `distrust` tells why Redis was not believed."""
        # PostgreSQL has no count of changes, so the standings themselves are compared.
        standings = view.standings if view.source == "postgres" else None
        key = (view.changes, view.source, view.unverified, view.top.rows, view.ranks, standings)
        if key != self._key:
            self._key = key
            self._version = max(view.changes or int(time.time() * 1e6), self._version + 1)
        self.source = view.source
        if distrust is None or distrust.is_outage:
            self.is_stale = distrust is not None or view.unverified
        return Frame(view, as_of, self._version)

    def page(self, view: View, limit: int) -> int:
        """A number for the first `limit` rows, the same as long as they are the same."""
        number, known = self._pages.get(limit, (0, None))
        content = (view.source, view.unverified, view.top.rows[:limit], view.ranks)
        if content != known:
            number += 1
            self._pages[limit] = (number, content)
        return number
