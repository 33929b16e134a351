"""The viewers of open streams: what waits for each of them, and how many there may be."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

from scout_os.core.access_tokens import Verified
from scout_os.leaderboard.models import UNRANKED, Standing
from scout_os.leaderboard.problems import NoStreamLeft, TooManyStreams
from scout_os.leaderboard.stream.events import HEARTBEAT, EndReason, Frame, end_event


class Viewer:
    """One open stream. At most one event of each kind waits: the latest replaces it."""

    def __init__(self, *, limit: int, holder: Verified | None, address: str, last_event_id: str | None) -> None:
        self.limit = limit
        self.user_id = holder.user_id if holder is not None else None
        self.holder = holder
        self.address = address
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the first state is known; fails if it cannot be."""
        self._last_event_id = last_event_id
        self._shown: tuple[int, Standing | None] | None = None
        self._frame: Frame | None = None
        self._mine: Standing | None = None
        self._notice: bytes | None = None
        self._beats = False
        self._end: EndReason | None = None
        self._wake = asyncio.Event()

    def greet(self, frame: Frame, page: int, standing: Standing | None) -> None:
        """The first state. It is not sent if the viewer has it already."""
        if str(frame.version) == self._last_event_id:
            self._shown = (page, self._own(standing))
        else:
            self.offer(frame, page, standing)
        if not self.greeted.done():
            self.greeted.set_result(None)

    def offer(self, frame: Frame, page: int, standing: Standing | None) -> None:
        """A newer state with the number of this viewer's page; sent if the page or the own standing is another one."""
        state = (page, self._own(standing))
        if state == self._shown:
            return
        self._shown = state
        self._frame, self._mine = frame, state[1]
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
                yield frame.event(self.limit, self._mine)
                sent()
            if self._notice is not None and self._end is None:
                notice, self._notice = self._notice, None
                yield notice
                sent()

    def _own(self, standing: Standing | None) -> Standing | None:
        return None if self.user_id is None else standing or UNRANKED


@dataclass(frozen=True, slots=True)
class StreamLimits:
    user: int = 5
    """For one learner: a few devices and tabs."""
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
