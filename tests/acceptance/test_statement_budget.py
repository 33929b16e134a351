"""What the hottest requests may cost PostgreSQL, counted on the service's own connections."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from asyncpg.connection import LoggedQuery

from scout_os.app import create_app
from scout_os.core.store_urls import StoreUrls
from scout_os.training.group_commit import BATCH
from scout_os.wiring import Services, open_services
from tests.acceptance.statements import watch
from tests.service import NO_TLS, Truth, add_learners, attempt, board_until_redis, settings_for, token

STATEMENTS: Counter[str] = Counter()
NEIGHBOURS = "/leaderboard/me?neighbours=5"
TRANSACTION = ("BEGIN", "COMMIT")
DRIVERS_OWN = ("'jit'", "typeinfo_tree")


def count(logged: LoggedQuery) -> None:
    """Count a statement, unless it begins or ends a transaction, or is the driver's own look at types."""
    if not (logged.query.startswith(TRANSACTION) or any(own in logged.query for own in DRIVERS_OWN)):
        STATEMENTS[logged.query] += 1


@pytest.fixture
async def services(packed_stores: StoreUrls, tmp_path: Path) -> AsyncIterator[Services]:
    """The services without their background jobs, over a board that is whole."""
    settings = settings_for(tmp_path)
    async with open_services(settings, packed_stores) as opened:
        await watch(opened.database, settings.database_connections, count)
        await opened.library.refresh()
        await opened.relay.step()
        yield opened


@pytest.fixture
async def client(services: Services, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the real application, which has these services."""
    app = create_app(settings_for(tmp_path))
    app.state.services = services
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1", verify=NO_TLS) as opened:
        yield opened


async def test_submissions_that_come_together_cost_one_statement(client: httpx.AsyncClient, truth: Truth) -> None:
    """A hundred learners who submit at once, each with a key, cost as many statements as batches: no lookup beside."""
    learners = await add_learners(truth, 100)
    STATEMENTS.clear()
    answers = await asyncio.gather(
        *(submit(client, shown(learner) | {"Idempotency-Key": "once"}) for learner in learners)
    )
    assert {answer.json()["xp_earned"] for answer in answers} == {10}
    assert STATEMENTS.total() <= 1 + len(learners) // BATCH + 1


async def test_a_read_when_warm(client: httpx.AsyncClient, truth: Truth) -> None:
    """One's own progress costs one statement; the leaderboard, one's own rank, neighbours and questions none."""
    [learner] = await add_learners(truth, 1)
    client.headers.update(shown(learner))
    await submit(client, {})
    await board_until_redis(client)
    for path, budget in (
        ("/training/progress/state", 1),
        ("/training/sections/puk/path", 1),
        ("/training/levels/puk_u1_l1/questions", 0),
        ("/leaderboard", 0),
        ("/leaderboard/me", 0),
        (NEIGHBOURS, 0),
    ):
        await client.get(path)  # the first one also reads the role
        STATEMENTS.clear()
        answer = await client.get(path)
        assert answer.status_code == 200
        assert b'"postgres"' not in answer.content
        assert STATEMENTS.total() <= budget, STATEMENTS


async def test_a_token_that_was_never_seen_costs_no_statement(
    services: Services, client: httpx.AsyncClient, truth: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is asking is known: page and own rank cost none, path and state the learner's progress."""
    monkeypatch.setattr("scout_os.auth.known_sessions.FRESH_SECONDS", 600.0)
    learners = iter(await add_learners(truth, 4))
    await services.known_sessions.refresh()
    await client.get("/leaderboard")
    for path, budget in (
        ("/leaderboard?limit=50", 0),
        ("/leaderboard/me", 0),
        ("/training/sections/puk/path", 1),
        ("/training/progress/state", 1),
    ):
        STATEMENTS.clear()
        answer = await client.get(path, headers=shown(next(learners)))
        assert answer.status_code == 200
        assert STATEMENTS.total() == budget, STATEMENTS


async def test_learners_who_ask_at_once_share_a_statement(
    services: Services, client: httpx.AsyncClient, truth: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred paths and states cost two reads of progress: the first, and one for all who came meanwhile."""
    learners = await add_learners(truth, 100)
    monkeypatch.setattr("scout_os.auth.known_sessions.FRESH_SECONDS", 600.0)
    await services.known_sessions.refresh()
    submitted = await submit(client, shown(learners[-1]))
    STATEMENTS.clear()
    paths = ("/training/sections/puk/path", "/training/progress/state")
    answers = await asyncio.gather(
        *(client.get(paths[number % 2], headers=shown(learner)) for number, learner in enumerate(learners))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert sum(count for sql, count in STATEMENTS.items() if "user_progress" in sql) <= 2, STATEMENTS
    assert answers[-1].json()["progress"][submitted.json()["level_id"]] == "COMPLETED"
    assert "COMPLETED" not in answers[-3].json()["progress"].values()


async def submit(client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
    """A first level, passed."""
    body = attempt("puk_u1_l1", 5)
    return await client.post("/training/progress/submit", json=body, headers=headers)


def shown(learner: int) -> dict[str, str]:
    """The header that shows the learner's token."""
    return {"Authorization": f"Bearer {token(learner)}"}
