"""The rebuild: fills a second set from a snapshot of PostgreSQL, then puts it in the board's place in one step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from uuid import uuid4

import structlog

from scout_os.core.failpoints import hit
from scout_os.core.metrics import Metrics
from scout_os.core.postgres import Database
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from scout_os.leaderboard.sync import repository

CHUNK = 1000
REST = 1.0
"""After a chunk, for so many times as long as it took, Redis and this worker are there for others alone."""
MOST_REST_SECONDS = 0.003
"""So that a million learners are ranked again within five seconds."""
TRIES = 40
PAUSE_SECONDS = 0.25
LEASE_SECONDS = 3.0
"""A builder that has not renewed its lease for this long counts as dead, and another may start."""

log = structlog.get_logger(__name__)
Progress = Callable[[int, int], None]


class RebuildRefused(Exception):
    """The rebuild could not be finished: the build set was lost, or PostgreSQL failed over. Try again."""


class Rebuilder:
    """Rebuilds the board. One process at a time may."""

    def __init__(self, *, database: Database, board: RedisBoard, metrics: Metrics) -> None:
        self._database = database
        self._board = board
        self._metrics = metrics

    async def rebuild(
        self, progress: Progress = lambda _done, _all: None, *, only_if_absent: bool = False
    ) -> int | None:
        """Rebuild and swap; the number of members, or None while another process builds.

        With `only_if_absent` also None if the board is whole, because another process has just built it.
        Raises `RebuildRefused`, `BoardAway`, `Unavailable`. A builder may be killed or frozen at any point: its build set
        expires, its token is replaced, and without either there is no swap.
        """
        token = uuid4().hex
        started = time.monotonic()
        if not await self._begin(token, only_if_absent=only_if_absent):
            return None
        try:
            hit("rebuild_begun")
            chunks, identity = await self._fill(token, progress)
            members = await self._swap(token, chunks, identity)
        except BaseException:
            self._metrics.rebuilds.labels("refused").inc()
            await self._give_up(token)
            raise
        self._metrics.rebuilds.labels("done").inc()
        log.info("board_rebuilt", members=members, seconds=round(time.monotonic() - started, 3))
        return members

    async def rebuild_now(self, progress: Progress = lambda _done, _all: None) -> int:
        """Wait for a rebuild under way, then do another one; the number of members. Raises `Unavailable`."""
        for _ in range(TRIES):
            try:
                members = await self.rebuild(progress)
            except BoardAway as error:
                raise Unavailable("Redis is away: the board cannot be rebuilt now.", retry_after=5) from error
            except RebuildRefused as error:
                log.info("rebuild_again", reason=str(error))
                members = None
            if members is not None:
                return members
            await asyncio.sleep(PAUSE_SECONDS)
        raise Unavailable("Another rebuild is under way. Please try again.", retry_after=5)

    async def _begin(self, token: str, *, only_if_absent: bool) -> bool:
        async with self._database.transaction() as connection:
            link = await repository.take_lease(connection, token, LEASE_SECONDS)
            if link is None:
                return False
            identity = await repository.read_identity(connection)
            if only_if_absent:
                outcome = await self._board.drain(identity=identity, link=link, next_link=None, registers=())
                if outcome == "merged":  # the board is whole
                    await repository.end_lease(connection, token)
                    return False
            # Still under the lock on board_state: from now on each drain and each fast path writes to the build set too.
            if not await self._board.begin_build(token=token, identity=identity, link=link):
                raise RebuildRefused("the board belongs to a newer release")
        return True

    async def _fill(self, token: str, progress: Progress) -> tuple[int, str]:
        done = chunks = 0
        async with self._database.transaction("repeatable_read", readonly=True) as snapshot:
            identity = await repository.read_identity(snapshot)
            total = await repository.count_registers(snapshot)
            lease = _Lease(self._database, token)
            async with aclosing(_ahead(repository.stream_registers(snapshot, CHUNK))) as stream:
                async for registers in stream:
                    began = time.monotonic()
                    if not await self._board.add_chunk(token=token, number=chunks, total=total, registers=registers):
                        raise RebuildRefused("the build set was lost")
                    chunks += 1
                    done += len(registers)
                    progress(done, max(total, done))
                    hit("rebuild_filling")
                    await lease.renew()
                    await asyncio.sleep(min(REST * (time.monotonic() - began), MOST_REST_SECONDS))
        return chunks, identity

    async def _swap(self, token: str, chunks: int, identity: str) -> int:
        async with self._database.transaction() as connection:
            link = await repository.lock_as_builder(connection, token)
            if link is None or await repository.read_identity(connection) != identity:
                raise RebuildRefused("another builder took over, or PostgreSQL did")
            next_link = uuid4().hex
            hit("rebuild_before_swap")
            members = await self._board.swap(
                token=token, chunks=chunks, identity=identity, link=link, next_link=next_link
            )
            if members is None:
                raise RebuildRefused("the build set was lost")
            hit("rebuild_after_swap")
            await repository.set_link(connection, next_link)
            await repository.end_lease(connection, token)
        hit("rebuild_committed")
        return members

    async def _give_up(self, token: str) -> None:
        """End the lease, so that another process can start at once. If that fails, the lease runs out."""
        try:
            async with self._database.connection() as connection:
                await repository.end_lease(connection, token)
        except Exception as error:
            log.debug("lease_not_ended", error=str(error))


async def _ahead(chunks: AsyncIterator[list[str]]) -> AsyncGenerator[list[str]]:
    """The same chunks, each read from PostgreSQL while Redis takes the one before."""
    coming = asyncio.ensure_future(anext(chunks, None))
    try:
        while (chunk := await coming) is not None:
            coming = asyncio.ensure_future(anext(chunks, None))
            yield chunk
    finally:
        # The transaction is about to end, and its connection must not be busy then.
        await asyncio.gather(coming, return_exceptions=True)


class _Lease:
    """Renews the builder's lease when a third of it is gone."""

    def __init__(self, database: Database, token: str) -> None:
        self._database = database
        self._token = token
        self._due = time.monotonic() + LEASE_SECONDS / 3

    async def renew(self) -> None:
        if time.monotonic() < self._due:
            return
        async with self._database.connection() as connection:
            if not await repository.renew_lease(connection, self._token, LEASE_SECONDS):
                raise RebuildRefused("another builder took over")
        self._due = time.monotonic() + LEASE_SECONDS / 3
