"""The projector: makes certain that the board follows PostgreSQL, without traffic and without a human."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import structlog

from scout_os.core.postgres import Database
from scout_os.core.problems import Unavailable
from scout_os.gamification import repository
from scout_os.gamification.board import Board, BoardAway, DrainOutcome
from scout_os.gamification.rebuild import Rebuilder, RebuildRefused

DRAIN_SECONDS = 0.2
LOOK_SECONDS = 1.0
"""How often the board is looked at while nothing changes: it may have been flushed or rolled back."""
PAUSE_SECONDS = 1.0
"""Between tries while a store is away."""
BATCH = 2000

log = structlog.get_logger(__name__)


class Projector:
    """Drains the outbox into Redis and rebuilds the board when it is absent. Runs in every worker; one works at a time."""

    def __init__(self, *, database: Database, board: Board, rebuilder: Rebuilder) -> None:
        self._database = database
        self._board = board
        self._rebuilder = rebuilder
        self._wanted = asyncio.Event()
        self._looked_at = 0.0
        self._state = ""

    def wake(self) -> None:
        """Look at once: a reader found the board absent, or a change did not reach it."""
        self._looked_at = 0.0
        self._wanted.set()

    async def run(self) -> None:
        """Work for ever. A failure is logged once per change of state, and never ends the loop."""
        while True:
            try:
                outcome = await self.step()
                self._tell("board_follows" if outcome != "newer" else "board_of_newer_release")
                pause = DRAIN_SECONDS if outcome != "newer" else PAUSE_SECONDS
            except (BoardAway, Unavailable, RebuildRefused) as error:
                self._tell(f"board_{type(error).__name__.lower()}", reason=str(error))
                pause = PAUSE_SECONDS
            except Exception:
                log.exception("projector_failed")
                pause = PAUSE_SECONDS
            await self._rest(pause)

    async def step(self) -> DrainOutcome | None:
        """Drain what waits; rebuild if the board turns out absent. None: another process is at it."""
        outcome = await self._drain()
        if outcome == "absent":
            await self._rebuilder.rebuild()
        return outcome

    async def _drain(self) -> DrainOutcome | None:
        """One drain, in one transaction: if it is not committed, it will be done again, which changes nothing."""
        if not await self._is_due():
            return None
        try:
            return await self._drain_in_transaction()
        except _LeaveAlone:
            return "newer"

    async def _is_due(self) -> bool:
        """Whether rows wait, or the board has not been looked at for a while. Costs less than a lock."""
        if time.monotonic() >= self._looked_at + LOOK_SECONDS:
            return True
        return bool(await self._database.fetchval("SELECT EXISTS (SELECT FROM board_outbox)"))

    async def _drain_in_transaction(self) -> DrainOutcome | None:
        async with self._database.transaction() as connection:
            link = await repository.take_link(connection)
            if link is None:
                return None
            changed = await repository.take_outbox(connection, BATCH)
            registers = await repository.list_registers(connection, changed) if changed else []
            next_link = uuid4().hex if changed else None
            outcome = await self._board.drain(
                identity=await repository.read_identity(connection),
                link=link,
                next_link=next_link,
                registers=registers,
            )
            if outcome == "newer":
                raise _LeaveAlone
            if next_link is not None:
                await repository.set_link(connection, next_link)
        self._looked_at = time.monotonic()
        if len(changed) == BATCH:
            self._wanted.set()
        return outcome

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
            (log.info if state == "board_follows" else log.warning)(state, **details)


class _LeaveAlone(Exception):
    """Rolls the drain back: the outbox rows are for the newer release that keeps the board."""
