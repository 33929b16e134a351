"""The service's ways to its stores, on which a session can be held before each call (see `interleaving.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from scout_os.core.breaker import Breaker
from scout_os.core.postgres import SESSION_SETTINGS, Database
from scout_os.leaderboard.models import Register
from scout_os.leaderboard.redis.redis_board import RedisBoard
from tests.chaos.interleaving import current

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
