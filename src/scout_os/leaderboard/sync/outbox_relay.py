"""The outbox relay: keeps the board in Redis equal to PostgreSQL, without traffic and without a human."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import structlog

from scout_os.core.failpoints import hit
from scout_os.core.metrics import Metrics
from scout_os.core.postgres import Connection, Database
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.redis.redis_board import BoardAway, DrainOutcome, RedisBoard
from scout_os.leaderboard.sync import repository
from scout_os.leaderboard.sync.rebuild import Rebuilder, RebuildRefused
from scout_os.leaderboard.trust import Trust

DRAIN_SECONDS = 0.2
LOOK_SECONDS = 0.5
"""How often the chain of links is checked while nothing changes: Redis may have been flushed or rolled back. With the
pause between two drains it stays within the second after which an acknowledged award must be seen."""
PAUSE_SECONDS = 1.0
REBUILD_PAUSE_SECONDS = 0.3
BATCH = 2000
MAX_OUTBOX = 100_000

STUCK_SECONDS = 5.0
"""A session may stop in the middle of a statement for as long as a transaction may be idle."""
STUCK_LOOK_SECONDS = 1.0

log = structlog.get_logger(__name__)


class OutboxRelay:
    """Drains the outbox into Redis and rebuilds the board when it is absent. Runs in every worker; one works at a time."""

    def __init__(
        self,
        *,
        database: Database,
        board: RedisBoard,
        rebuilder: Rebuilder,
        trust: Trust,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._board = board
        self._rebuilder = rebuilder
        self._trust = trust
        self._metrics = metrics
        self._wanted = asyncio.Event()
        self._looked_at = 0.0
        self._looked_for_stuck_at = 0.0
        self._rebuilding: asyncio.Task[None] | None = None
        self._state = ""

    def wake(self) -> None:
        """Drain at once: a reader found Redis wrong, or a change did not reach it."""
        self._looked_at = 0.0
        self._wanted.set()

    async def run(self) -> None:
        """Work for ever. Each change of state is logged once; no failure ends the loop."""
        try:
            while True:
                await self._rest(await self._cycle())
        finally:
            if self._rebuilding is not None:
                self._rebuilding.cancel()

    async def step(self) -> DrainOutcome | None:
        """Drain what waits, and rebuild the board if it is absent. None: nothing to do, or another process drains."""
        outcome = await self._drain()
        if outcome == "absent":
            await self._build()
        return outcome

    async def _cycle(self) -> float:
        """One drain, beside a rebuild if one is needed; the pause to make after it."""
        try:
            outcome = await self._drain()
        except BoardAway as error:
            self._trust.drain_succeeds = False
            self._tell("redis_away", reason=str(error))
            await self._shorten_outbox()
            return PAUSE_SECONDS
        except Unavailable as error:
            self._trust.postgres_failed()
            self._tell("postgres_away", reason=error.detail)
            return PAUSE_SECONDS
        except Exception:  # a bug here must not end healing for good
            log.exception("relay_failed")
            return PAUSE_SECONDS
        if outcome == "newer":
            self._tell("board_of_newer_release")
            return PAUSE_SECONDS
        if outcome == "absent":
            self._tell("board_absent")
            self._start_rebuild()
        elif outcome == "merged":
            self._tell("board_follows")
        return DRAIN_SECONDS

    def _start_rebuild(self) -> None:
        """Beside the drain, which goes on filling the build set."""
        if self._rebuilding is None or self._rebuilding.done():
            self._rebuilding = asyncio.create_task(self._rebuild())

    async def _rebuild(self) -> None:
        try:
            await self._build()
        except (BoardAway, Unavailable, RebuildRefused) as error:
            log.info("rebuild_not_done", reason=f"{type(error).__name__}: {error}")
            await asyncio.sleep(REBUILD_PAUSE_SECONDS)
        except Exception:  # the next drain finds the board still absent and tries again
            log.exception("rebuild_failed")
            await asyncio.sleep(PAUSE_SECONDS)

    async def _build(self) -> None:
        if await self._rebuilder.rebuild(only_if_absent=True) is not None:
            self._trust.drain_succeeds = True

    async def _shorten_outbox(self) -> None:
        """After a long outage of Redis, a rebuild is cheaper than a drain of all that changed."""
        try:
            async with self._database.transaction() as connection:
                if await repository.take_link(connection) is None:
                    return
                if await repository.shorten_outbox(connection, MAX_OUTBOX):
                    log.warning("outbox_dropped", more_than=MAX_OUTBOX)
        except Unavailable:
            return

    async def _drain(self) -> DrainOutcome | None:
        """One drain, in one transaction. One that is not committed is done again, which changes nothing."""
        if not await self._is_due():
            return None
        try:
            outcome = await self._drain_in_transaction()
        except _LeaveAlone:
            return "newer"
        if outcome == "merged":
            self._trust.drain_succeeds = True
        return outcome

    async def _is_due(self) -> bool:
        """Whether rows wait, or the board has not been looked at for a while. Costs less than a lock."""
        waiting_seconds = await repository.oldest_outbox_seconds(self._database)
        self._trust.postgres_answered()
        self._trust.waiting_seconds = waiting_seconds
        self._metrics.outbox_seconds.set(waiting_seconds)
        return waiting_seconds > 0 or time.monotonic() >= self._looked_at + LOOK_SECONDS

    async def _drain_in_transaction(self) -> DrainOutcome | None:
        async with self._database.transaction() as connection:
            await self._end_stuck(connection)
            link = await repository.take_link(connection)
            if link is None:
                return None
            changed = await repository.take_outbox(connection, BATCH)
            registers = await repository.list_registers(connection, changed) if changed else []
            next_link = uuid4().hex if changed else None
            if changed:
                hit("drain_before_redis")
            outcome = await self._board.drain(
                identity=await repository.read_identity(connection),
                link=link,
                next_link=next_link,
                registers=registers,
            )
            if outcome == "newer":
                raise _LeaveAlone
            if next_link is not None:
                hit("drain_after_redis")
                await repository.set_link(connection, next_link)
        self._looked_at = time.monotonic()
        self._trust.waiting_seconds = 0.0
        if len(changed) == BATCH:
            self._wanted.set()
        return outcome

    async def _end_stuck(self, connection: Connection) -> None:
        """A session that stopped in the middle of a statement must not keep its locks, the drain's or a learner's."""
        if time.monotonic() < self._looked_for_stuck_at + STUCK_LOOK_SECONDS:
            return
        self._looked_for_stuck_at = time.monotonic()
        ended = await repository.end_stuck_sessions(connection, STUCK_SECONDS)
        if ended:
            log.warning("stuck_sessions_ended", sessions=ended)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wanted.wait()
        except TimeoutError:
            return
        self._wanted.clear()
        await asyncio.sleep(DRAIN_SECONDS / 10)  # many wake-ups at once are one

    def _tell(self, state: str, **details: str) -> None:
        if state != self._state:
            self._state = state
            (log.info if state == "board_follows" else log.warning)("board", state=state, **details)


class _LeaveAlone(Exception):
    """Rolls the drain back: the newer release that owns the board drains these rows."""
