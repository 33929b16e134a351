"""The statements that a pool of connections sends to PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack

from asyncpg.connection import LoggedQuery

from scout_os.core.postgres import Database


async def watch(database: Database, connections: int, note: Callable[[LoggedQuery], None]) -> None:
    """Call `note` with each statement that any of the pool's `connections` sends from now on."""
    async with AsyncExitStack() as stack:
        for _ in range(connections):
            connection = await stack.enter_async_context(database.connection())
            connection.add_query_logger(note)
