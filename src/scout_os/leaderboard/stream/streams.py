"""The board as a stream: one subscription, and one read for all viewers of this process.

Redis publishes that something changed, and then the board is read. Those who join get the full state at once, everybody else
the latest one at most four times a second, less often with many viewers. What is published may be lost, so the board is
also read once a second without notice, and twice while PostgreSQL answers.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Protocol

import structlog
from redis.asyncio import Redis

from scout_os.core.access_tokens import Verified
from scout_os.core.clock import Clock
from scout_os.core.jobs import run_together
from scout_os.core.metrics import Metrics
from scout_os.core.problems import Starting, Unavailable
from scout_os.leaderboard.models import Row, Source, Standing, View
from scout_os.leaderboard.redis.changes import listen
from scout_os.leaderboard.stream.access import Sessions, watch_access
from scout_os.leaderboard.stream.events import Frame, stale_event
from scout_os.leaderboard.stream.neighbourhoods import Neighbourhoods
from scout_os.leaderboard.stream.pace import Pace
from scout_os.leaderboard.stream.states import States
from scout_os.leaderboard.stream.viewers import StreamLimits, Viewer, Viewers
from scout_os.leaderboard.trust import Distrust

PAUSE_SECONDS = 0.5
"""Between tries while neither store answers."""
SLICE = 50
"""Viewers that are served before other requests have their turn."""
AROUND_AT_ONCE = 200
"""Learners whose neighbours are read in one call, which keeps Redis busy for about 5 ms."""
GREETING_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Board(Protocol):
    """Reads the board: the leaderboard's service."""

    async def look(self, user_ids: Collection[int]) -> tuple[View, Distrust | None]:
        """The first rows and the standings of `user_ids`; if PostgreSQL answers, also why. Raises `Unavailable`."""

    async def look_around(self, user_ids: Collection[int]) -> View:
        """The neighbours of `user_ids` and their standings. Raises `Unavailable`."""


class Streams:
    def __init__(
        self,
        *,
        board: Board,
        redis: Redis,
        sessions: Sessions,
        clock: Clock,
        metrics: Metrics,
        limits: StreamLimits | None = None,
    ) -> None:
        self.heartbeat_seconds = 15.0
        self.send_seconds = 10.0
        self._board = board
        self._clock = clock
        self._redis = redis
        self._sessions = sessions
        self.metrics = metrics
        self.viewers = Viewers(limits or StreamLimits())
        self._states = States()
        self._pace = Pace()
        self._neighbourhoods = Neighbourhoods()
        self._told: object = None
        """The essence of the last state that was offered to all."""
        self._announced: tuple[bool, Source | None] = (False, None)
        self._joining: set[Viewer] = set()
        self._beaten_at = time.monotonic()
        self._deaf_looks = 0
        self._listening: asyncio.Task[None] | None = None
        self._closed = False

    async def open(
        self,
        *,
        limit: int,
        holder: Verified | None,
        address: str,
        last_event_id: str | None = None,
        neighbours: int | None = None,
    ) -> Viewer:
        """A viewer whose first state is known. Raises `TooManyStreams`, `Unavailable`. The caller must `leave`."""
        if self._closed:
            raise Starting
        viewer = Viewer(limit=limit, holder=holder, address=address, last_event_id=last_event_id, neighbours=neighbours)
        self.viewers.add(viewer)
        self.metrics.streams_open.set(len(self.viewers))
        self._joining.add(viewer)
        self._pace.join()
        try:
            async with asyncio.timeout(GREETING_SECONDS):
                await viewer.greeted
        except TimeoutError:
            self.leave(viewer)
            raise Unavailable from None
        except BaseException:
            self.leave(viewer)
            raise
        return viewer

    def leave(self, viewer: Viewer) -> None:
        self.viewers.remove(viewer)
        self._joining.discard(viewer)
        self.metrics.streams_open.set(len(self.viewers))

    def close(self) -> None:
        """End all streams and refuse new ones: this process is about to end. Safe to repeat."""
        if self._closed:
            return
        self._closed = True
        for viewer in self.viewers:
            viewer.end("shutdown")

    async def run(self) -> None:
        try:
            await run_together([self._follow, partial(watch_access, self.viewers, self._sessions, self._clock)])
        finally:
            self._listen(on=False)
            self.close()

    async def _follow(self) -> None:
        while True:
            if not len(self.viewers):
                await self._pace.wait_for_somebody()
            self._listen(on=True)
            while len(self.viewers):
                await self._pace.rest(len(self.viewers), self._states.source, lambda: bool(self._joining))
                try:
                    await self._look()
                except Unavailable as problem:
                    self._nothing_known(problem)
                    await asyncio.sleep(PAUSE_SECONDS)
                except Exception:  # a bug here must not end the streams for good
                    log.exception("stream_failed")
                    await asyncio.sleep(PAUSE_SECONDS)
                await self._beat()
            self._listen(on=False)

    def _listen(self, *, on: bool) -> None:
        if self._listening is not None:
            self._listening.cancel()
        self._listening = asyncio.create_task(listen(self._redis, self._hear)) if on else None

    def _hear(self) -> None:
        self._deaf_looks = 0
        self._pace.hear()

    async def _look(self) -> None:
        """Read what is due, and offer it to those who wait for it."""
        joining = set(self._joining)
        looks, everybody = self._pace.begin(len(self.viewers), self._states.source)
        try:
            as_of = self._clock.now()
            view, distrust = await self._board.look(_user_ids(self.viewers if everybody else joining))
            around = await self._look_around(joining, has_changed=everybody)
        except BaseException:
            self._pace.heard = True
            raise
        frame = self._states.take(view, as_of, distrust)
        self._announce()
        await self._offer([viewer for viewer in joining if self._is_read(viewer)], frame, view)
        if everybody:
            # The view has no standing of those who joined meanwhile.
            await self._offer([viewer for viewer in self.viewers if viewer not in self._joining], frame, view)
            self._told = _essence(view)
            return
        await self._offer([viewer for viewer in self._surrounded() if viewer.user_id in around], frame, view)
        if looks and _essence(view) != self._told:
            self._untold()

    async def _look_around(self, joining: Collection[Viewer], *, has_changed: bool) -> set[int]:
        """Read the neighbours of those who are due; returns whose were read."""
        asked = self._neighbourhoods.next(
            _user_ids(self._surrounded()), _user_ids(joining), self._states.source, has_changed=has_changed
        )
        for first in range(0, len(asked), AROUND_AT_ONCE):
            part = asked[first : first + AROUND_AT_ONCE]
            self._neighbourhoods.keep(part, await self._board.look_around(part))
        return set(asked)

    def _surrounded(self) -> list[Viewer]:
        return [viewer for viewer in self.viewers if viewer.neighbours is not None]

    def _is_read(self, viewer: Viewer) -> bool:
        """Whether all that the viewer wants to see was read."""
        if viewer.neighbours is None or viewer.user_id is None:
            return True
        return self._neighbourhoods.find(viewer.user_id) is not None

    async def _offer(self, viewers: Iterable[Viewer], frame: Frame, view: View) -> None:
        for number, viewer in enumerate(viewers, 1):
            page = self._states.page(view, viewer.limit)
            standing, rows = self._own(viewer, view)
            if viewer in self._joining:
                self._joining.discard(viewer)
                viewer.greet(frame, page, standing, rows)
                if self._states.is_stale:
                    viewer.notify(stale_event(self._states.source, stale=True))
            else:
                viewer.offer(frame, page, standing, rows)
            if number % SLICE == 0:
                await asyncio.sleep(0)

    def _own(self, viewer: Viewer, view: View) -> tuple[Standing | None, Sequence[Row]]:
        """The viewer's standing and the rows around it, which are of one instant."""
        if viewer.user_id is None:
            return None, ()
        known = None if viewer.neighbours is None else self._neighbourhoods.find(viewer.user_id)
        return (view.standings.get(viewer.user_id), ()) if known is None else (known.standing, known.rows)

    async def _beat(self) -> None:
        """A heartbeat, because proxies close silent connections."""
        now = time.monotonic()
        if now >= self._beaten_at + self.heartbeat_seconds:
            self._beaten_at = now
            for number, viewer in enumerate(self.viewers, 1):
                viewer.beat()
                if number % SLICE == 0:
                    await asyncio.sleep(0)

    def _untold(self) -> None:
        """Something changed without notice: read for everybody. At the second time, subscribe again."""
        self._pace.hurry()
        self._deaf_looks += 1
        if self._deaf_looks > 1:
            self._deaf_looks = 0
            self._listen(on=True)

    def _announce(self) -> None:
        stale, source = self._states.is_stale, self._states.source
        announced = (stale, source) if stale else (False, None)
        if announced != self._announced:
            self._announced = announced
            for viewer in self.viewers:
                if viewer not in self._joining:
                    viewer.notify(stale_event(source, stale=stale))

    def _nothing_known(self, problem: Unavailable) -> None:
        """Neither store answers: streams stay open and are told, new ones are refused."""
        self._states.is_stale = True
        self._announce()
        for viewer in self._joining:
            if not viewer.greeted.done():
                viewer.greeted.set_exception(problem)
        self._joining.clear()


def _user_ids(viewers: Iterable[Viewer]) -> set[int]:
    return {viewer.user_id for viewer in viewers if viewer.user_id is not None}


def _essence(view: View) -> object:
    """What all viewers share, apart from the time."""
    return (view.changes, view.source, view.unverified, view.top.rows, view.ranks)
