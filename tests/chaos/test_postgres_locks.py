"""Every connection to PostgreSQL is taken, and one learner's row is."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaos.target.hosts import environment_for, forks
from scout_os.core.store_urls import StoreUrls
from tests.service import Truth, add_learners, attempt, token, until

CLIENTS = 200
CONNECTIONS = 5
LOCKED_SECONDS = 4.0
REFUSED_SECONDS = 3.0
"""A PostgreSQL that hangs is admitted by then."""
RECOVERY_SECONDS = 1.0
SUBMIT = "/api/v1/training/progress/submit"


@dataclass(frozen=True)
class Answer:
    """What came of a request."""

    seconds: float
    at: float
    status: int
    retry_after: bool
    body: dict[str, Any]


async def test_no_connection_left(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """All connections wait for locks: 503 `overloaded` with Retry-After in time; health and board answer; then recovery."""
    learners = [token(learner) for learner in await add_learners(truth, CLIENTS + 1)]
    settings = environment_for(packed_stores, database_connections=str(CONNECTIONS))
    with forks(tmp_path) as fork:
        host = fork.start(settings)
        assert await asyncio.to_thread(host.wait_ready)
        port = int(host.url.rsplit(":", 1)[1])
        async with connected(port, CLIENTS + 2) as [watcher, reader, *clients]:
            first = await reader.submit(learners.pop())
            assert first.status == 200
            await until(reader.is_from_redis, seconds=5)
            refused: list[Answer] = []
            paid: list[Answer] = []
            seen: dict[str, list[Answer]] = {"/healthz": [], "/api/v1/leaderboard": []}
            watching = [
                asyncio.create_task(who.watch(path, answers))
                for who, (path, answers) in zip((watcher, reader), seen.items(), strict=True)
            ]
            async with truth.transaction():
                await truth.execute("SELECT 1 FROM users FOR UPDATE")
                submitting = [
                    asyncio.create_task(client.submit_until_paid(learner, refused, paid))
                    for client, learner in zip(clients, learners, strict=True)
                ]
                await asyncio.sleep(LOCKED_SECONDS)
                assert paid == []
            released = time.monotonic()
            await asyncio.gather(*submitting)
            for watch in watching:
                watch.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
    assert {answer.status for answers in seen.values() for answer in answers} == {200}
    while_locked = [answer for answer in seen["/api/v1/leaderboard"] if answer.at < released]
    assert "redis" in {answer.body["data"]["meta"]["source"] for answer in while_locked}
    assert max(answer.seconds for answer in seen["/healthz"]) <= 2
    assert {(answer.status, answer.retry_after) for answer in refused} == {(503, True)}
    assert {answer.body["code"] for answer in refused} == {"overloaded", "unavailable"}
    slowest = sorted(answer.seconds for answer in refused)
    assert slowest[len(slowest) * 99 // 100] <= REFUSED_SECONDS
    assert min(answer.at for answer in paid) - released <= RECOVERY_SECONDS
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == CLIENTS + 1


async def test_one_learners_row_locked(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """A row locked for seconds, and its learner asking on forty connections: refused in time, and nobody else notices."""
    ids = await add_learners(truth, 41)
    locked, *others = [token(learner) for learner in ids]
    with forks(tmp_path) as fork:
        host = fork.start(environment_for(packed_stores))
        assert await asyncio.to_thread(host.wait_ready)
        async with connected(int(host.url.rsplit(":", 1)[1]), 41) as [client, *asking]:
            async with truth.transaction():
                await truth.execute("SELECT 1 FROM users WHERE id = $1 FOR UPDATE", ids[0])
                insisting = [asyncio.create_task(each.submit(locked)) for each in asking]
                await asyncio.sleep(0.2)
                answers = [await client.submit(other) for other in others]
                refused = await asyncio.gather(*insisting)
            assert {answer.status for answer in answers} == {200}
            quickest = min(answer.seconds for answer in refused)  # as long as PostgreSQL waits for a lock
            assert max(answer.seconds for answer in answers) < quickest
            assert {(answer.status, answer.retry_after) for answer in refused} == {(503, True)}
            assert max(answer.seconds for answer in refused) <= REFUSED_SECONDS
            assert (await client.submit(locked)).status == 200


class Client:
    """One connection that stays open; so plain that two hundred of them do not slow the service down. `user` is a token."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, method: str, path: str, *, user: str = "", body: bytes = b"") -> Answer:
        signed = f"Authorization: Bearer {user}\r\n" if user else ""
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{signed}"
        began = time.monotonic()
        self._writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        status, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines if line)
        told = json.loads(await self._reader.readexactly(int(headers["content-length"])))
        at = time.monotonic()
        return Answer(at - began, at, int(status.split()[1]), "retry-after" in headers, told)

    async def submit(self, user: str) -> Answer:
        return await self.ask("POST", SUBMIT, user=user, body=json.dumps(attempt("puk_u1_l1", 5)).encode())

    async def submit_until_paid(self, user: str, refused: list[Answer], paid: list[Answer]) -> None:
        """Try again and again, as clients do."""
        while (answer := await self.submit(user)).status != 200:
            refused.append(answer)
            await asyncio.sleep(0.2)
        paid.append(answer)

    async def is_from_redis(self) -> bool:
        answer = await self.ask("GET", "/api/v1/leaderboard")
        return answer.status == 200 and answer.body["data"]["meta"]["source"] == "redis"

    async def watch(self, path: str, answers: list[Answer]) -> None:
        """Ask for ever."""
        while True:
            answers.append(await self.ask("GET", path))
            await asyncio.sleep(0.05)


@asynccontextmanager
async def connected(port: int, count: int) -> AsyncIterator[list[Client]]:
    """So many open connections."""
    streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    try:
        yield [Client(*pair) for pair in streams]
    finally:
        for _, writer in streams:
            writer.close()
