"""The relay ends sessions that stop in the middle of a statement, which PostgreSQL would keep with their locks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from scout_os.core.postgres import AWAY, Database
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.sync.repository import end_stuck_sessions
from tests.learners import submit
from tests.service import Service, Truth, add_learners, until

STUCK_SECONDS = 5.0
SILENT_SECONDS = 0.3
LOOKS_SECONDS = 5.0


async def test_a_host_frozen_in_mid_statement_does_not_hold_up_the_drain(service: Service, truth: Truth) -> None:
    """It has the lock of the drain, and a statement parsed but not run: after some seconds its session is ended."""
    [learner] = await add_learners(truth, 1)
    frozen = await asyncpg.connect(service.stores.database_url)
    await frozen.execute("SET idle_in_transaction_session_timeout = '1s'")  # which does not count here
    await frozen.execute("BEGIN")
    await frozen.fetchval("SELECT link FROM board_state WHERE id = 1 FOR UPDATE")
    await frozen.prepare("SELECT board_identity()")
    async with service.client(learner) as client:
        await submit(client)

    async def drained() -> bool:
        return not await truth.fetchval("SELECT count(*) FROM board_outbox")

    await until(drained, seconds=STUCK_SECONDS + LOOKS_SECONDS)
    with pytest.raises(AWAY):
        await frozen.fetchval("SELECT 1")
    frozen.terminate()


async def test_who_copies_rows_may_take_their_time(database: Database, stores: StoreUrls) -> None:
    """A COPY waits for its client in the same state, by right: it goes on, when one that is stuck beside it is ended."""
    going_on = asyncio.Event()

    async def rows() -> AsyncIterator[bytes]:
        await going_on.wait()
        yield b""

    copying, frozen = [await asyncpg.connect(stores.database_url) for _ in range(2)]
    copy = asyncio.create_task(copying.copy_to_table("board_outbox", source=rows(), columns=["user_id"]))
    await frozen.execute("BEGIN")
    await frozen.prepare("SELECT board_identity()")
    await asyncio.sleep(2 * SILENT_SECONDS)
    async with database.connection() as connection:
        assert await end_stuck_sessions(connection, SILENT_SECONDS) == 1
    going_on.set()
    assert await copy == "COPY 0"
    with pytest.raises(AWAY):
        await frozen.fetchval("SELECT 1")
    frozen.terminate()
    await copying.close()
