"""The rows around those viewers who want them: whose are read next, and what was read last.

Any change on the board may be one of a neighbour, so after a change everybody's rows are read again, but each learner's once a
second at most, all in one call.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from scout_os.leaderboard.models import Row, Source, Standing, View

READ_SECONDS = 1.0
FROM_POSTGRES = 500
"""Learners whose rows PostgreSQL tells in one statement, 40 µs each; the others' turn comes with the next look."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    read_at: float
    standing: Standing | None
    """None: not on the board."""
    rows: Sequence[Row]
    """`MAX_NEIGHBOURS` on each side at most."""


class Neighbourhoods:
    """Those of one process. Times are monotonic seconds."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._known: dict[int, Neighbourhood] = {}
        """In the order of reading."""
        self._due: set[int] = set()

    def find(self, user_id: int) -> Neighbourhood | None:
        return self._known.get(user_id)

    def next(
        self, wanted: Collection[int], joining: Collection[int], source: Source, *, has_changed: bool
    ) -> list[int]:
        """Whose rows to read now: those who join, then those who have waited longest. Forgets all who are not `wanted`."""
        self._known = {user_id: known for user_id, known in self._known.items() if user_id in wanted}
        self._due = set(wanted) if has_changed else self._due.intersection(wanted)
        before = self._monotonic() - READ_SECONDS
        waiting = (
            user_id
            for user_id, known in self._known.items()
            if known.read_at <= before and user_id in self._due and user_id not in joining
        )
        first = [user_id for user_id in wanted if user_id in joining or user_id not in self._known]
        return list(islice((*first, *waiting), FROM_POSTGRES if source == "postgres" else None))

    def keep(self, asked: Collection[int], view: View) -> None:
        """Note what was read of the `asked`."""
        now = self._monotonic()
        for user_id in asked:
            self._known.pop(user_id, None)
            self._known[user_id] = Neighbourhood(now, view.standings.get(user_id), view.around.get(user_id, ()))
        self._due.difference_update(asked)
