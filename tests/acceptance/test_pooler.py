"""Behind PgBouncer, whose prepared statements are gone with the next transaction, everything works."""

from __future__ import annotations

import asyncio
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from scout_os.core.store_urls import StoreUrls
from tests.learners import LEVEL, SUBMIT
from tests.service import Truth, add_learners, attempt, serve

SSL_REQUEST, CANCEL_REQUEST = 80877103, 80877102
ALLOWED_AT_START = {"user", "database", "client_encoding", "application_name", "TimeZone", "DateStyle"}
"""What PgBouncer takes in a start-up message by default; it refuses a client that says more."""

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def test_everything_works_behind_a_pooler(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """Behind a pooler that gives each transaction another session, everything works, also for many at once."""
    learners = await add_learners(truth, 12)
    await truth.execute("UPDATE users SET role = 'admin' WHERE id = $1", learners[0])
    with pooler(packed_stores.database_url) as (pooled, url):
        stores = replace(packed_stores, database_url=url)
        with serve(stores, tmp_path, database_pooler=True) as service:

            async def use(learner: int) -> list[httpx.Response]:
                async with service.client(learner) as client:
                    return [
                        await client.post(SUBMIT, json=attempt(LEVEL, 5)),
                        await client.post(SUBMIT, json=attempt("puk_u1_l2", 5), headers={"Idempotency-Key": "a-key"}),
                        await client.get("/training/progress/state"),
                        await client.get("/leaderboard", params={"limit": 100}),
                        await client.get("/users/me"),
                        await client.patch("/users/me/profile", json={"full_name": "Ani"}),
                        await client.post(f"/users/{learner}/hearts/decrement", json={"amount": 1}),
                        await client.put("/users/me/stats", json={"streak": 0, "last_active_date": None}),
                    ]

            answers = [answer for answers in await asyncio.gather(*map(use, learners)) for answer in answers]
            async with service.client(learners[0]) as admin:
                answers.append(await admin.post("/leaderboard/rebuild"))
    assert [(str(answer.url), answer.text) for answer in answers if answer.status_code != 200] == []
    assert {row["total_xp"] for row in await truth.fetch("SELECT total_xp FROM users")} == {24}
    assert pooled.start_up <= ALLOWED_AT_START
    assert pooled.moves >= 50


async def test_the_pooler_of_these_tests_breaks_prepared_statements(packed_stores: StoreUrls) -> None:
    """The pooler of these tests does to a client that keeps prepared statements what PgBouncer did in the field."""
    with pooler(packed_stores.database_url) as (pooled, url):
        clients = [await asyncpg.connect(url) for _ in range(2)]
        with pytest.raises((asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)):
            await ask_three_times(clients[0])
        for client in clients:
            client.terminate()
    assert pooled.moves > 0


async def ask_three_times(client: Truth) -> None:
    """The same statement again and again, which a client prepares once."""
    for _ in range(3):
        await client.fetchval("SELECT $1::int", 1)


@dataclass
class Pooler:
    """Pools sessions by transaction: the longest idle one serves whatever client begins the next transaction."""

    host: str
    port: int
    idle: asyncio.Queue[Stream] = field(default_factory=asyncio.Queue)
    sessions: list[Stream] = field(default_factory=list)
    start_up: set[str] = field(default_factory=set)
    moves: int = 0
    """How often a client got another session than it had before."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(EOFError, OSError, asyncio.CancelledError):
            if await self._let_in(reader, writer):
                await self._transactions(reader, writer)

    async def close(self, server: asyncio.Server) -> None:
        server.close()
        for _, writer in self.sessions:
            writer.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.wait(others, timeout=3) if others else None

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """A client signs in on a session of its own, which then belongs to all."""
        while True:
            [size] = struct.unpack("!i", await reader.readexactly(4))
            body = await reader.readexactly(size - 4)
            [code] = struct.unpack("!i", body[:4])
            if code == CANCEL_REQUEST:
                return False
            if code != SSL_REQUEST:
                break
            writer.write(b"N")
        self.start_up |= {name.decode() for name in body[4:].split(b"\0")[:-2:2]}
        session = await asyncio.open_connection(self.host, self.port)
        self.sessions.append(session)
        session[1].write(struct.pack("!i", size) + body)
        while True:
            kind, message = await read_message(session[0])
            writer.write(message)
            if kind == b"Z":
                self.idle.put_nowait(session)
                return True
            if kind == b"E":
                return False
            if kind == b"R" and message[5:9] in {b"\0\0\0\x03", b"\0\0\0\x05", b"\0\0\0\x0a", b"\0\0\0\x0b"}:
                session[1].write((await read_message(reader))[1])

    async def _transactions(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        last: Stream | None = None
        while True:
            kind, message = await read_message(reader)
            if kind == b"X":
                return
            # A client that hung up half-way took its session along.
            session = await asyncio.wait_for(self.idle.get(), 2)
            self.moves += last is not None and session is not last
            last = session
            await self._transaction(kind, message, (reader, writer), session)
            self.idle.put_nowait(session)

    async def _transaction(self, kind: bytes, message: bytes, client: Stream, session: Stream) -> None:
        """Until the session is out of a transaction again."""
        ready: asyncio.Queue[bytes] = asyncio.Queue()
        answers = asyncio.create_task(pass_on(session[0], client[1], ready))
        try:
            while True:
                session[1].write(message)
                # A query or a sync is answered with "ready", and whether a transaction is open.
                if kind in {b"Q", b"S"} and await ready.get() == b"I":
                    return
                kind, message = await read_message(client[0])
        finally:
            answers.cancel()


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ready: asyncio.Queue[bytes]) -> None:
    while True:
        kind, message = await read_message(reader)
        writer.write(message)
        if kind == b"Z":
            ready.put_nowait(message[5:])


async def read_message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The next message: its kind, and all of its bytes."""
    head = await reader.readexactly(5)
    [size] = struct.unpack("!i", head[1:])
    return head[:1], head + await reader.readexactly(size - 4)


@contextmanager
def pooler(database_url: str) -> Iterator[tuple[Pooler, str]]:
    """A pooler in front of the database, in a thread of its own, and its address."""
    database = urlsplit(database_url)
    pooled = Pooler(str(database.hostname), int(database.port or 0))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="pooler")
    thread.start()
    started = asyncio.start_server(pooled.serve, "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(started, loop).result(5)
    port = server.sockets[0].getsockname()[1]
    try:
        yield pooled, database_url.replace(f":{database.port}/", f":{port}/")
    finally:
        asyncio.run_coroutine_threadsafe(pooled.close(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
