"""Every connection to PostgreSQL is taken, and one learner's row is."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from chaos.load.raw_http import RawClient
from chaos.target.hosts import Host, environment_for, forks
from scout_os.core.store_urls import StoreUrls
from tests.learners import LEVEL, SUBMIT
from tests.service import Truth, add_learners, attempt, board_until_redis, token

CLIENTS = 200
CONNECTIONS = 5
LOCKED_SECONDS = 4.0
REFUSED_SECONDS = 3.0
"""A PostgreSQL that hangs is admitted by then."""
RECOVERY_SECONDS = 1.0
PASSING = json.dumps(attempt(LEVEL, 5)).encode()


@dataclass(frozen=True)
class Answer:
    """What came of a request."""

    seconds: float
    at: float
    status: int
    body: dict[str, Any]


async def test_no_connection_left(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """All connections wait for locks: 503 `overloaded` with Retry-After in time; health and board answer; then recovery."""
    first, *learners = [token(learner) for learner in await add_learners(truth, CLIENTS + 1)]
    with started(packed_stores, tmp_path, database_connections=str(CONNECTIONS)) as host:
        client = RawClient(host.url)
        assert (await submit(client, first)).status == 200
        refused: list[Answer] = []
        paid: list[Answer] = []
        seen: dict[str, list[httpx.Response]] = {f"{host.url}/healthz": [], "/leaderboard": []}
        async with httpx.AsyncClient(base_url=host.api) as http:
            await board_until_redis(http)
            watching = [asyncio.create_task(watch(http, path, answers)) for path, answers in seen.items()]
            async with truth.transaction():
                await truth.execute("SELECT 1 FROM users FOR UPDATE")
                submitting = [
                    asyncio.create_task(submit_until_paid(client, learner, refused, paid)) for learner in learners
                ]
                await asyncio.sleep(LOCKED_SECONDS)
                assert paid == []
                while_locked = list(seen["/leaderboard"])
                late = await post(http, learners[0])
            released = time.monotonic()
            await asyncio.gather(*submitting)
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
        client.close()
    assert {answer.status_code for answers in seen.values() for answer in answers} == {200}
    assert "redis" in {answer.json()["data"]["meta"]["source"] for answer in while_locked}
    assert max(answer.elapsed.total_seconds() for answer in seen[f"{host.url}/healthz"]) <= 2
    assert (late.status_code, "Retry-After" in late.headers) == (503, True)
    assert {(answer.status, answer.body["code"]) for answer in refused} == {(503, "overloaded"), (503, "unavailable")}
    slowest = sorted(answer.seconds for answer in refused)
    assert slowest[len(slowest) * 99 // 100] <= REFUSED_SECONDS
    assert min(answer.at for answer in paid) - released <= RECOVERY_SECONDS
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == CLIENTS + 1


async def test_one_learners_row_locked(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """A row locked for seconds, and its learner asking on forty connections: refused in time, and nobody else notices."""
    ids = await add_learners(truth, 41)
    locked, *others = [token(learner) for learner in ids]
    with started(packed_stores, tmp_path) as host:
        client = RawClient(host.url)
        async with truth.transaction(), httpx.AsyncClient(base_url=host.api) as http:
            await truth.execute("SELECT 1 FROM users WHERE id = $1 FOR UPDATE", ids[0])
            insisting = [asyncio.create_task(submit(client, locked)) for _ in range(39)]
            with_headers = asyncio.create_task(post(http, locked))
            await asyncio.sleep(0.2)
            answers = [await submit(client, other) for other in others]
            refused = await asyncio.gather(*insisting)
            assert (await with_headers).headers["Retry-After"]
        assert {answer.status for answer in answers} == {200}
        quickest = min(answer.seconds for answer in refused)  # as long as PostgreSQL waits for a lock
        assert max(answer.seconds for answer in answers) < quickest
        assert {answer.status for answer in refused} == {503}
        assert max(answer.seconds for answer in refused) <= REFUSED_SECONDS
        assert (await submit(client, locked)).status == 200
        client.close()


@contextmanager
def started(stores: StoreUrls, directory: Path, **settings: str) -> Iterator[Host]:
    """A host that is ready."""
    with forks(directory) as fork:
        host = fork.start(environment_for(stores, **settings))
        assert host.wait_ready()
        yield host


async def submit(client: RawClient, user: str) -> Answer:
    """`user` is a token: making one takes time that would be counted."""
    began = time.monotonic()
    status, body = await client.post(SUBMIT, user, PASSING)
    at = time.monotonic()
    return Answer(at - began, at, status, json.loads(body))


async def post(http: httpx.AsyncClient, user: str) -> httpx.Response:
    """The same for those who look at headers."""
    signed = {"Authorization": f"Bearer {user}", "Content-Type": "application/json"}
    return await http.post(SUBMIT, content=PASSING, headers=signed)


async def submit_until_paid(client: RawClient, user: str, refused: list[Answer], paid: list[Answer]) -> None:
    """Try again and again, as clients do."""
    while (answer := await submit(client, user)).status != 200:
        refused.append(answer)
        await asyncio.sleep(0.2)
    paid.append(answer)


async def watch(http: httpx.AsyncClient, path: str, answers: list[httpx.Response]) -> None:
    """Ask for ever."""
    while True:
        answers.append(await http.get(path))
        await asyncio.sleep(0.05)
