"""What the hottest requests may cost PostgreSQL, counted on the service's own connections."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from scout_os.core.breaker import Breaker
from scout_os.core.express import ExpressRequest
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard import lanes as leaderboard
from scout_os.training import lanes as training
from scout_os.training.group_commit import BATCH
from scout_os.wiring import Services, open_services
from tests.service import Truth, add_learners, attempt, settings_for, token

STATEMENTS: Counter[str] = Counter()
TRANSACTION = ("BEGIN", "COMMIT")


class CountingConnection(asyncpg.Connection):
    """A connection that counts its statements, but for those that only begin and end a transaction."""

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        _count(query)
        return await super().execute(query, *args, **options)

    async def fetch(self, query: str, *args: Any, **options: Any) -> Any:
        _count(query)
        return await super().fetch(query, *args, **options)

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        _count(query)
        return await super().fetchrow(query, *args, **options)

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        _count(query)
        return await super().fetchval(query, *args, **options)


class CountingDatabase(Database):
    """The service's pool, of such connections."""

    @classmethod
    async def open(
        cls, url: str, *, size: int = 16, pooler: bool = False, breaker: Breaker | None = None
    ) -> CountingDatabase:
        pool = await asyncpg.create_pool(
            url, min_size=0, max_size=size, connection_class=CountingConnection, reset=_keep_session
        )
        return cls(pool, breaker=breaker or Breaker(), pooler=pooler)


async def _keep_session(_: object) -> None:
    """As the service's own pool: no statement between two users of a connection."""


def _count(query: str) -> None:
    if not query.startswith(TRANSACTION):
        STATEMENTS[query] += 1


@pytest.fixture
async def services(
    packed_stores: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Services]:
    """The services without their background jobs, over a board that is whole."""
    monkeypatch.setattr("scout_os.wiring.Database", CountingDatabase)
    async with open_services(settings_for(tmp_path), packed_stores) as opened:
        await opened.library.refresh()
        await opened.relay.step()
        yield opened


async def test_submissions_that_come_together_cost_one_statement(services: Services, truth: Truth) -> None:
    """A hundred learners who submit at once, each with a key, cost as many statements as batches: no lookup beside."""
    learners = await add_learners(truth, 100)
    requests = [submission(learner, f"key-{learner}") for learner in learners]
    STATEMENTS.clear()
    answers = await asyncio.gather(*(training.submit_progress(services, request) for request in requests))
    assert all(answer is not None and b'"xp_earned":10' in answer.body for answer in answers)
    assert STATEMENTS.total() <= 1 + len(learners) // BATCH + 1


async def test_a_read_when_warm(services: Services, truth: Truth) -> None:
    """One's own progress costs one statement; the leaderboard and one's own rank none."""
    [learner] = await add_learners(truth, 1)
    await training.submit_progress(services, submission(learner, None))
    for lane, budget in (
        (training.get_progress_state, 1),
        (leaderboard.get_leaderboard, 0),
        (leaderboard.get_my_rank, 0),
    ):
        request = ExpressRequest(token(learner), b"", b"", [])
        await lane(services, request)  # the first one also reads the role
        STATEMENTS.clear()
        answer = await lane(services, request)
        assert answer is not None
        assert b'"postgres"' not in answer.body
        assert STATEMENTS.total() <= budget, STATEMENTS


def submission(learner: int, key: str | None) -> ExpressRequest:
    """A first level, passed, as it comes to the lane."""
    headers = [(b"idempotency-key", key.encode())] if key else []
    return ExpressRequest(token(learner), b"", json.dumps(attempt("puk_u1_l1", 5)).encode(), headers)
