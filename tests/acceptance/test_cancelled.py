"""Whatever waits for a store can be told to end at any moment: a cancellation that is lost is a process that never ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.sync.audit import Audit
from scout_os.wiring import Services
from tests.leaderboard.sync.auditing import add_scores, audited
from tests.service import Truth

TURNS = (*range(200), *range(200, 20_000, 13))
"""More turns of the event loop than any of them takes; each one of the first, where a short one is done."""
END_SECONDS = 10.0


async def _transact(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.fetchval("SELECT 1")


ASKED: dict[str, Callable[[Services, Audit], Awaitable[object]]] = {
    "board": lambda services, _: services.board.count_members(),
    "audit": lambda _, audit: audit.check(),
    "drain": lambda services, _: services.relay.step(),
    "rebuild": lambda services, _: services.leaderboard.rebuild(),
    "statement": lambda services, _: services.database.fetchval("SELECT 1"),
    "transaction": lambda services, _: _transact(services.database),
}


@pytest.mark.parametrize("asked", ASKED)
async def test_a_cancellation_is_never_lost(stores: StoreUrls, owner: Truth, tmp_path: Path, asked: str) -> None:
    """Cancelled after each number of turns of the event loop until it is done: it ends as cancelled, each time."""
    await add_scores(owner)
    async with audited(stores, tmp_path, background=False) as running:
        await running.services.leaderboard.rebuild()
        for turns in TURNS:
            task = asyncio.ensure_future(ASKED[asked](running.services, running.audit))
            for _ in range(turns):
                await asyncio.sleep(0)
            if task.done():
                task.result()
                return
            task.cancel()
            done, _ = await asyncio.wait([task], timeout=END_SECONDS)
            assert done, f"cancelled after {turns} turns, it goes on"
            assert task.cancelled(), f"cancelled after {turns} turns, it ended otherwise"
    pytest.fail("it takes more turns than were tried")
