"""Group commit: submissions that arrive during a commit are written together by the next one.

A lone submission does not wait. Under load the batches grow by themselves, because a commit costs as much for a hundred
submissions as for one. A queued submission is written even if its caller disconnects.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncpg
import structlog

from scout_os.core.bulkhead import Overloaded
from scout_os.core.failpoints import hit
from scout_os.core.problems import Unavailable
from scout_os.training.models import BoardUpdates, Outcome, Submission, Written
from scout_os.training.repository import TrainingRepository

BATCH = 128
BATCHES_AT_ONCE = 2
"""While one batch is written, others gather for the next one, which waits unless it is full: the fewer the statements, the
less each award costs."""
ALONE_AT_ONCE = 4
"""Low, so that learners whose row is locked leave connections for the others."""
WAITING = 2000
OWN_WAITING = 200
WAIT_SECONDS = 2.0
CLOSE_SECONDS = 5.0

SPOILS_ALL = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError)
"""Failures that one submission may have caused for its whole batch; PostgreSQL wrote nothing."""


@dataclass(frozen=True, slots=True)
class _Entry:
    submission: Submission
    answer: asyncio.Future[Written]
    arrived_at: float

    @property
    def user_id(self) -> int:
        return self.submission.user_id


class GroupCommit:
    """Writes submissions in batches of different learners, and each learner's submissions one after the other.

    A submission is written alone if its batch failed because of one member, or if another transaction locks its
    learner's row. At most `WAITING` submissions wait, `OWN_WAITING` of one learner, `WAIT_SECONDS` each. The rest are
    refused before anything is written.
    """

    def __init__(
        self,
        *,
        repository: TrainingRepository,
        board: BoardUpdates,
        batch: int = BATCH,
        batches_at_once: int = BATCHES_AT_ONCE,
    ) -> None:
        self._repository = repository
        self._board = board
        self._batch = batch
        self._batches_at_once = batches_at_once
        self._present = 0
        self._ready: deque[_Entry] = deque()
        """At most one entry a learner."""
        self._later: dict[int, deque[_Entry]] = {}
        """By learner: the entries behind the one that is ready or being written."""
        self._writers = 0
        self._alone = asyncio.Semaphore(ALONE_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def write(self, submission: Submission) -> Written:
        """Write `submission`; return its answer once it is committed and the board was told.

        Raises `LevelLocked`, `AttemptUsed`, `KeyReused`, `Unauthenticated`, and `Overloaded` before anything was written.
        After `Unavailable` the outcome is unknown.
        """
        later = self._later.get(submission.user_id)
        if self._present >= WAITING or (later is not None and len(later) >= OWN_WAITING):
            raise Overloaded
        entry = _Entry(submission, asyncio.get_running_loop().create_future(), time.monotonic())
        self._present += 1
        if later is not None:
            later.append(entry)
        else:
            self._later[submission.user_id] = deque()
            self._make_ready(entry)
        return await entry.answer

    async def close(self) -> None:
        """Wait for the running writes, `CLOSE_SECONDS` at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                while self._tasks:
                    await asyncio.wait(self._tasks)

    def _make_ready(self, entry: _Entry) -> None:
        self._ready.append(entry)
        is_full = len(self._ready) >= self._batch and self._writers < self._batches_at_once
        if is_full or self._writers == 0:
            self._writers += 1
            self._start(self._write_batches())

    async def _write_batches(self) -> None:
        try:
            while self._ready:
                await self._write_batch(list(self._take()))
        finally:
            self._writers -= 1

    def _take(self) -> Iterable[_Entry]:
        """The next batch. Entries that have waited for too long are refused instead."""
        oldest = time.monotonic() - WAIT_SECONDS
        for _ in range(min(self._batch, len(self._ready))):
            entry = self._ready.popleft()
            if entry.arrived_at < oldest:
                self._answer(entry, Overloaded())
            else:
                yield entry

    async def _write_batch(self, entries: list[_Entry]) -> None:
        if not entries:
            return
        outcomes: dict[int, Outcome] = {}
        try:
            outcomes = await self._repository.write([entry.submission for entry in entries])
        except Exception as error:
            if not _spoils_all(error):
                for entry in entries:
                    self._answer(entry, error)
                return
        written = [(entry, outcomes[entry.user_id]) for entry in entries if entry.user_id in outcomes]
        self._start(self._finish(written))  # the next batch does not wait for Redis
        for entry in entries:
            if entry.user_id not in outcomes:
                self._start(self._write_alone(entry))

    async def _write_alone(self, entry: _Entry) -> None:
        async with self._alone:
            if entry.arrived_at < time.monotonic() - WAIT_SECONDS:
                self._answer(entry, Overloaded())
                return
            try:
                outcome = await self._repository.write_alone(entry.submission)
            except Exception as error:
                self._answer(entry, error)
                return
        await self._finish([(entry, outcome)])

    async def _finish(self, written: list[tuple[_Entry, Outcome]]) -> None:
        """After the commit, never before: tell the board, then the callers."""
        changes = [outcome.change for _, outcome in written if isinstance(outcome, Written) and outcome.change]
        try:
            if changes:
                hit("award_after_commit")
                await self._board.update_scores(changes)
        finally:
            for entry, outcome in written:
                self._answer(entry, outcome)

    def _answer(self, entry: _Entry, outcome: Outcome | Exception) -> None:
        """Answer the caller, if it still waits, and make the learner's next submission ready."""
        self._present -= 1
        if not entry.answer.done():
            if isinstance(outcome, Written):
                entry.answer.set_result(outcome)
            else:
                entry.answer.set_exception(outcome)
        later = self._later[entry.user_id]
        if later:
            self._make_ready(later.popleft())
        else:
            del self._later[entry.user_id]

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_for_all(work))
        self._tasks.add(task)  # the event loop keeps weak references only
        task.add_done_callback(self._tasks.discard)


async def _for_all(work: Coroutine[Any, Any, None]) -> None:
    """Do `work` without the log context of the request that started it: its log lines concern the whole batch."""
    structlog.contextvars.clear_contextvars()
    await work


def _spoils_all(error: Exception) -> bool:
    """Whether PostgreSQL may have refused a whole batch because of one submission; then each is written alone."""
    if isinstance(error, Unavailable):
        return isinstance(error.__cause__, SPOILS_ALL)
    return isinstance(error, asyncpg.PostgresError)
