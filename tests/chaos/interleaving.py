"""Interleavings: use cases of the real service on real connections, each held before its steps and let go step by step.

As PostgreSQL's isolation tester does it: a step that waits for a lock is noticed, and goes on when another session
releases it; what that session should have done meanwhile, it does then. Nothing is copied: the sessions run the
service's own code, and what is held is the call of a statement or of a script on the board.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any, Literal

import asyncpg

from scout_os.core.breaker import Breaker
from scout_os.core.postgres import SESSION_SETTINGS, Database
from scout_os.leaderboard.models import Register
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from tests.service import Truth

LOOK_SECONDS = 0.004
"""A step that is not done by then may be waiting for a lock: PostgreSQL is asked."""
LONGEST_SECONDS = 60.0
FastPath = Literal["in turn", "lost", "late"]
FAST_PATHS: tuple[FastPath, ...] = ("in turn", "lost", "late")
BLOCKED = "SELECT pid FROM unnest($1::int[]) pid WHERE cardinality(pg_blocking_pids(pid)) > 0"


class Session:
    """One use case in steps. The first runs from the beginning to the second call; each further call begins a step.

    Calls are statements, COMMIT among them, and writes to the board. A BEGIN sees nothing, and goes with what follows.
    `joins`: parts of calls that belong to the step before. `only`: if there are any, only calls with these begin a step.
    """

    def __init__(
        self,
        work: Callable[[], Awaitable[Any]],
        *,
        joins: Sequence[str] = (),
        only: Sequence[str] = (),
        fast_path: FastPath = "in turn",
    ) -> None:
        self._work = work
        self._joins = joins
        self._only = only
        self._fast_path = fast_path
        self.late: list[Callable[[], Awaitable[bool]]] = []
        """Writes of the fast path that are under way for longer than all sessions last."""
        self.owed = 0
        """Steps whose turn came while this session was waiting for a lock."""
        self.pid = 0
        self.held = True
        self.is_stuck = False
        """Whether it waited for a lock when PostgreSQL was last asked."""
        self._go = asyncio.Event()
        self._calls = 0
        self._writes = 0

    def start(self, changed: Callable[[], None]) -> None:
        """Be there, held before the first step; `changed` is called whenever it is held again, or done."""
        self.changed = changed
        self.task = asyncio.create_task(self._run())
        self.task.add_done_callback(lambda _: changed())

    @property
    def is_done(self) -> bool:
        """Whether the use case has ended, and the write to the board that outlives it."""
        return self.task.done() and not self._writes

    @property
    def is_moving(self) -> bool:
        return not self.held and not self.is_done

    @property
    def result(self) -> Any:
        """What it returned, or raised."""
        return self.task.exception() or self.task.result()

    def let_go(self) -> None:
        """Do one step."""
        self.held = self.is_stuck = False
        self._go.set()

    async def pass_by(self, call: str) -> None:
        """Wait for the next turn if `call` begins a step."""
        if not self._begins_step(call):
            return
        self.held = True
        self._go.clear()
        self.changed()
        await self._go.wait()

    async def merge(self, write: Callable[[], Awaitable[bool]]) -> bool:
        """The fast path, which may outlive its use case."""
        self._writes += 1
        try:
            await self.pass_by("merge")
            if self._fast_path == "late":
                self.late.append(write)
            if self._fast_path != "in turn":
                raise BoardAway("lost on the way")
            return await write()
        finally:
            self._writes -= 1
            self.changed()

    def _begins_step(self, call: str) -> bool:
        if call.startswith("BEGIN") and not self._only:
            return False
        self._calls += 1
        if self._only:
            return any(part in call for part in self._only)
        return self._calls > 1 and not any(part in call for part in self._joins)

    async def _run(self) -> Any:
        current.set(self)
        await self._go.wait()
        return await self._work()


current: ContextVar[Session | None] = ContextVar("session", default=None)


def orders(*steps: int) -> Iterator[tuple[int, ...]]:
    """All orders in which sessions of so many steps can take their turns."""
    if not any(steps):
        yield ()
    for number, left in enumerate(steps):
        if left:
            for rest in orders(*steps[:number], left - 1, *steps[number + 1 :]):
                yield (number, *rest)


async def play(control: Truth, sessions: Sequence[Session], order: Sequence[int]) -> None:
    """Let the sessions take their turns in this order, all to their end."""
    changed = asyncio.Event()
    async with asyncio.timeout(LONGEST_SECONDS):
        for session in sessions:
            session.start(changed.set)
        for number in order:
            sessions[number].owed += 1
            await _take(control, sessions, changed)
        while not all(session.is_done for session in sessions):
            for session in sessions:
                session.owed += 1
            await _take(control, sessions, changed)


async def _take(control: Truth, sessions: Sequence[Session], changed: asyncio.Event) -> None:
    """All the steps whose turn has come and that no lock holds up."""
    while ready := [session for session in sessions if session.owed and not session.is_moving]:
        session = ready[0]
        session.owed -= 1
        if not session.is_done:
            session.let_go()
            await _settle(control, sessions, changed)


async def _settle(control: Truth, sessions: Sequence[Session], changed: asyncio.Event) -> None:
    """Until every session is held, has ended, or waits for a lock."""
    while moving := [session for session in sessions if session.is_moving]:
        changed.clear()
        if not all(session.is_stuck for session in moving):
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await changed.wait()
                continue
            except TimeoutError:
                pass  # nobody has moved: look who waits for whom
        waiting = {row["pid"] for row in await control.fetch(BLOCKED, [session.pid for session in moving])}
        for session in moving:
            session.is_stuck = session.pid in waiting
        if all(session.is_stuck for session in moving) and not changed.is_set():
            return


PATIENT = {"lock_timeout": "10000", "statement_timeout": "10000"}
"""Orders are tested here, not deadlines; the machine may be slow."""


class SteppedConnection(asyncpg.Connection):
    """A connection whose statements, BEGIN and COMMIT among them, wait for their session's turn."""

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        await _turn(query, self)
        return await super().execute(query, *args, **options)

    async def fetch(self, query: str, *args: Any, **options: Any) -> Any:
        await _turn(query, self)
        return await super().fetch(query, *args, **options)

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        await _turn(query, self)
        return await super().fetchrow(query, *args, **options)

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        await _turn(query, self)
        return await super().fetchval(query, *args, **options)


class SteppedDatabase(Database):
    """The service's pool, of such connections."""

    @classmethod
    async def open(
        cls, url: str, *, size: int = 16, pooler: bool = False, breaker: Breaker | None = None
    ) -> SteppedDatabase:
        pool = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=size,
            connection_class=SteppedConnection,
            server_settings=SESSION_SETTINGS | PATIENT,
            reset=_nothing,
        )
        return cls(pool, breaker=breaker or Breaker(), pooler=pooler)


class SteppedBoard(RedisBoard):
    """The board, whose writes wait for their session's turn."""

    async def merge(self, identity: str, registers: Sequence[Register]) -> bool:
        session = current.get()
        write = super().merge
        return await (session.merge(lambda: write(identity, registers)) if session else write(identity, registers))

    async def drain(self, **arguments: Any) -> Any:
        await _turn("drain")
        return await super().drain(**arguments)

    async def add_chunk(self, **arguments: Any) -> bool:
        await _turn("add_chunk")
        return await super().add_chunk(**arguments)


async def _turn(call: str, connection: SteppedConnection | None = None) -> None:
    session = current.get()
    if session is None:
        return
    if connection is not None:
        session.pid = connection.get_server_pid()
    await session.pass_by(call)


async def _nothing(_: object) -> None:
    """Sessions are never changed, so there is nothing to reset."""
