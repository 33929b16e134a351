"""The whole service under test: the real application on a real socket, in a thread of this process, over real stores."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import httpx
import uvicorn
import uvloop

from chaos.target.environment import SECRET as SECRET
from chaos.target.environment import settings_for as settings_for
from chaos.target.environment import token as token
from chaos.target.environment import until as until
from scout_os.app import create_app
from scout_os.cli.serve import server_config
from scout_os.core.access_tokens import Verified
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.trust import OWN_CHANGE_SECONDS
from scout_os.settings import Settings
from scout_os.wiring import Services

READY_SECONDS = 30
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients of services on this machine, which speak plain HTTP: making one with a context of its own takes 33 ms."""
GRACE_SECONDS = 2
"""For answers that do not end by themselves, such as streams."""

Truth: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
"""A connection as the owner of the schema, which sees and may do everything."""


@dataclass(frozen=True)
class Service:
    """A running service: its address, its settings, and the services inside it."""

    url: str
    settings: Settings
    stores: StoreUrls
    services: Services
    loop: asyncio.AbstractEventLoop

    @property
    def api(self) -> str:
        return f"{self.url}/api/v1"

    def client(self, user_id: int | None = None, *, timeout: float = 30) -> httpx.AsyncClient:
        """A client of the API; with `user_id`, signed in."""
        headers = {} if user_id is None else {"Authorization": f"Bearer {token(user_id)}"}
        limits = httpx.Limits(max_connections=400)
        return httpx.AsyncClient(base_url=self.api, headers=headers, timeout=timeout, limits=limits, verify=NO_TLS)


def shown_token(user_id: int) -> Verified:
    """What the service reads in a token of `user_id`, for those who call services without HTTP."""
    return Verified(user_id, 0.0, float("inf"), float("inf"), 0, b"")


async def add_learners(connection: Truth, count: int, *, after: int = 0) -> list[int]:
    """Make `count` learners without passwords, numbered from `after` + 1, and return their ids in order."""
    rows = await connection.fetch(
        """
        INSERT INTO users (username, name) SELECT 'learner' || n, 'Learner ' || n FROM generate_series($1::int, $2) n
        RETURNING id
        """,
        after + 1,
        after + count,
    )
    return sorted(row["id"] for row in rows)


def attempt(level_id: str, correct: int, *, total: int = 5) -> dict[str, Any]:
    """A submission as clients in the field send it."""
    return {
        "level_id": level_id,
        "score": correct,
        "total_questions": total,
        "correct_answers": correct,
        "time_spent_seconds": 0,
    }


async def board_until_redis(client: httpx.AsyncClient, path: str = "/leaderboard?limit=100") -> list[dict[str, Any]]:
    """Answers up to the first from Redis; before, PostgreSQL may answer while Redis is late, but no longer than it may."""
    deadline, answers = time.monotonic() + OWN_CHANGE_SECONDS + 1, list[dict[str, Any]]()
    while not answers or answers[-1]["meta"]["source"] != "redis":
        await asyncio.sleep(0.02 * bool(answers))  # a learner who asks without a pause soon meets the limit
        assert time.monotonic() < deadline, f"Redis does not answer {path}: {answers[-1:]}"
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        answers.append(answer.json()["data"])
    return answers


async def until_waiting(truth: Truth, sessions: int) -> None:
    """Wait until so many sessions of the whole server wait for a lock; fails after 5 s."""

    async def are_waiting() -> bool:
        waiting: int = await truth.fetchval("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
        return waiting >= sessions

    await until(are_waiting, seconds=5)


@contextmanager
def serve(
    stores: StoreUrls, data_dir: Path, *, port: int = 0, web_build: Path | None = None, **changes: Any
) -> Iterator[Service]:
    """Run the application until the block ends; ready when the block begins."""
    settings = settings_for(data_dir, **changes)
    app = create_app(settings, stores, web_build=web_build)
    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = server_config(app, keep_alive_seconds=settings.keep_alive_seconds)
    config.timeout_graceful_shutdown = GRACE_SECONDS
    server = uvicorn.Server(config)
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve(sockets=[listener])

    # A worker that fails ends its process by SIGTERM; here that process is the test run.
    ended_by = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    thread = threading.Thread(target=lambda: uvloop.run(run()), name="service")
    thread.start()
    try:
        wait_until_ready(url)
        yield Service(url, settings, stores, app.state.services, loops[0])
    finally:
        server.should_exit = True
        thread.join()
        signal.signal(signal.SIGTERM, ended_by)


def wait_until_ready(url: str, seconds: float = READY_SECONDS) -> None:
    """Until /readyz says so; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    with httpx.Client(timeout=2, verify=NO_TLS) as client:
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):  # it does not listen yet
                if client.get(f"{url}/readyz").status_code == 200:
                    return
            time.sleep(0.02)
    raise AssertionError(f"{url} was not ready after {seconds} s")
