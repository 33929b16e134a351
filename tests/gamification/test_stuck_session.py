"""A process that stands still in the middle of a statement: PostgreSQL waits for it, and ends no such transaction by itself."""

from __future__ import annotations

import asyncpg
import pytest

from tests.service import Service, Truth, add_learners, attempt, until

STUCK_SECONDS = 5.0
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
        await client.post("/training/progress/submit", json=attempt("puk_u1_l1", 5))

    async def drained() -> bool:
        return not await truth.fetchval("SELECT count(*) FROM board_outbox")

    await until(drained, seconds=STUCK_SECONDS + LOOKS_SECONDS)
    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.AdminShutdownError)):
        await frozen.fetchval("SELECT 1")
    frozen.terminate()
