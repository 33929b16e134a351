"""The viewers of open streams: what waits for each of them, and how many there may be."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from scout_os.core.access_tokens import Verified
from scout_os.leaderboard.models import UNRANKED, Row, Standing, nearest
from scout_os.leaderboard.problems import NoStreamLeft, TooManyStreams
from scout_os.leaderboard.stream.events import HEARTBEAT, EndReason, Frame, end_event

_State: TypeAlias = tuple[int, Standing | None, Sequence[Row] | None]
"""The number of the page, the own standing, and the neighbours that are wanted."""


class Viewer:
    """One open stream. At most one event of each kind waits: the latest replaces it."""

    def __init__(
        self,
        *,
        limit: int,
        holder: Verified | None,
        address: str,
        last_event_id: str | None,
        neighbours: int | None = None,
    ) -> None:
        self.limit = limit
        self.neighbours = neighbours if holder is not None else None
        """How many on each side are wanted; None: none, nor the own row."""
        self.user_id = holder.user_id if holder is not None else None
        self.holder = holder
        self.address = address
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the first state is known; fails if it cannot be."""
        self._last_event_id = last_event_id
        self._shown: _State | None = None
        self._frame: Frame | None = None
        self._notice: bytes | None = None
        self._beats = False
        self._end: EndReason | None = None
        self._wake = asyncio.Event()

    def greet(self, frame: Frame, page: int, standing: Standing | None, rows: Sequence[Row] = ()) -> None:
        """The first state. It is not sent if the viewer has it already; neighbours may be newer than the version tells."""
        if str(frame.version) == self._last_event_id and self.neighbours is None:
            self._shown = self._state(page, standing, rows)
        else:
            self.offer(frame, page, standing, rows)
        if not self.greeted.done():
            self.greeted.set_result(None)

    def offer(self, frame: Frame, page: int, standing: Standing | None, rows: Sequence[Row] = ()) -> None:
        """A newer state with the number of this viewer's page and the `rows` around the viewer.

        Sent if the page, the own standing or one of the neighbours that are wanted is another one.
        """
        state = self._state(page, standing, rows)
        if state == self._shown:
            return
        self._shown = state
        self._frame = frame
        self._wake.set()

    def notify(self, notice: bytes) -> None:
        self._notice = notice
        self._wake.set()

    def beat(self) -> None:
        self._beats = True
        self._wake.set()

    def end(self, reason: EndReason) -> None:
        self._end = self._end or reason
        self._wake.set()

    async def events(self, sent: Callable[[], None]) -> AsyncIterator[bytes]:
        """The bytes to send; `sent` is called after each event."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._end is not None:
                yield end_event(self._end)
                sent()
                return
            if self._beats and self._frame is None and self._notice is None:
                yield HEARTBEAT
            self._beats = False
            if self._frame is not None:
                frame, self._frame = self._frame, None
                _, mine, neighbours = self._shown or (0, None, None)
                yield frame.event(self.limit, mine, neighbours)
                sent()
            if self._notice is not None and self._end is None:
                notice, self._notice = self._notice, None
                yield notice
                sent()

    def _state(self, page: int, standing: Standing | None, rows: Sequence[Row]) -> _State:
        if self.user_id is None:
            return page, None, None
        wanted = None if self.neighbours is None else nearest(rows, self.user_id, self.neighbours)
        return page, standing or UNRANKED, wanted


@dataclass(frozen=True, slots=True)
class StreamLimits:
    user: int = 40
    """For one learner: a class may share one account, each pupil on a device."""
    address: int = 100
    """For one address, without tokens: a whole school may share it."""
    total: int = 5000


UNLIMITED = StreamLimits(user=1_000_000, address=1_000_000, total=1_000_000)
"""For load tests."""


class Viewers:
    def __init__(self, limits: StreamLimits) -> None:
        self.limits = limits
        self._viewers: set[Viewer] = set()
        self._held: Counter[int | str] = Counter()

    def __len__(self) -> int:
        return len(self._viewers)

    def __iter__(self) -> Iterator[Viewer]:
        """A copy: viewers may come and go meanwhile."""
        return iter(list(self._viewers))

    def add(self, viewer: Viewer) -> None:
        if len(self._viewers) >= self.limits.total:
            raise NoStreamLeft
        if self._held[_holder(viewer)] >= (self.limits.address if viewer.user_id is None else self.limits.user):
            raise TooManyStreams
        self._viewers.add(viewer)
        self._held[_holder(viewer)] += 1

    def remove(self, viewer: Viewer) -> None:
        """Forget a viewer. May be called again."""
        if viewer in self._viewers:
            self._viewers.remove(viewer)
            self._held[_holder(viewer)] -= 1
            if not self._held[_holder(viewer)]:
                del self._held[_holder(viewer)]


def _holder(viewer: Viewer) -> int | str:
    return viewer.address if viewer.user_id is None else viewer.user_id
