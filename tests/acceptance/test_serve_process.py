"""`scout-os serve` by itself, started again, killed, and beside another one."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from scout_os.core.embedded.embedded_servers import discard
from tests.learners import untrue_totals
from tests.process import ServeProcess, scout_os
from tests.service import attempt, until
from tests.users.wild import scans

PASSWORD = "tunas-kelapa-1961"
LEVELS = [f"{section}_u{unit}_l1" for section in ("puk", "ppgd", "nav", "tali", "sandi") for unit in range(1, 6)]


@contextmanager
def serving(data_dir: Path, *options: str) -> Iterator[ServeProcess]:
    """`scout-os serve` on a data directory, for the block."""
    process = ServeProcess(data_dir, *options)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.stop()


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory that is gone after the test, whoever owns its files."""
    directory = tmp_path / "var"
    yield directory
    discard(directory)


async def test_a_service_killed_during_submits_keeps_every_acknowledged_award_once(data_dir: Path) -> None:
    """kill -9 during submits: after restart at the same addresses, each award that was acknowledged is there once."""
    acknowledged: list[tuple[int, str, int]] = []
    with serving(data_dir) as process:
        first = urls = process.wait_ready()
        learners = [await register(urls.api_url, f"pandu{number}") for number in range(8)]

        async def enough() -> bool:
            return len(acknowledged) >= 40

        load = [asyncio.create_task(submit_all(urls.api_url, *learner, acknowledged)) for learner in learners]
        await until(enough, seconds=30)
        process.kill()
        await asyncio.gather(*load)
    assert scout_os("urls", data_dir=data_dir).returncode == 1
    with serving(data_dir) as process:
        urls = process.wait_ready()
        assert (urls.database_url, urls.redis_url) == (first.database_url, first.redis_url)
        rows = await ledger(urls.database_url)
        assert len({(user, source) for user, source, _ in rows}) == len(rows)
        assert set(acknowledged) <= set(rows)
        reader = await asyncpg.connect(urls.database_url)
        assert await untrue_totals(reader) == 0
        await reader.close()
        board = await call("GET", f"{urls.api_url}/api/v1/leaderboard?limit=100")
        totals: dict[int, int] = {}
        for user, _, amount in rows:
            totals[user] = totals.get(user, 0) + amount
        assert {row["id"]: row["xp"] for row in board["top_users"]} == totals
        assert process.stop() == 0


async def test_commands_find_the_running_instance(data_dir: Path) -> None:
    """Commands work on the running instance, urls prints one JSON object, and a second service on its data is refused."""
    with serving(data_dir, "--workers", "2") as process:
        urls = process.wait_ready()
        printed = scout_os("urls", data_dir=data_dir)
        assert set(json.loads(printed.stdout)) == {"api_url", "database_url", "redis_url"}
        assert scout_os("user", "create", "kak.budi", data_dir=data_dir).returncode == 0
        assert scout_os("user", "promote", "kak.budi", data_dir=data_dir).returncode == 0
        token = scout_os("user", "token", "kak.budi", data_dir=data_dir).stdout.strip()
        rebuilt = await call("POST", f"{urls.api_url}/api/v1/leaderboard/rebuild", token)
        assert rebuilt == {"users_count": 0}
        assert scout_os("board", "rebuild", data_dir=data_dir).returncode == 0
        assert scout_os("board", "status", data_dir=data_dir).returncode == 0
        assert scout_os("migrate", data_dir=data_dir).returncode == 0
        pack = Path(__file__).parents[2] / "content" / "pramuka"
        assert scout_os("content", "load", str(pack), data_dir=data_dir).returncode == 0
        intruder = ServeProcess(data_dir)
        assert intruder.wait() == 1
        assert "another scout-os serve runs on" in intruder.log()
        reader = await asyncpg.connect(urls.database_url)
        with pytest.raises(asyncpg.PostgresError):
            await reader.execute("UPDATE users SET total_xp = 1")
        await reader.close()


def test_commands_work_without_a_running_instance(data_dir: Path) -> None:
    """A command starts the embedded servers for itself when no instance runs, and stops them."""
    assert scout_os("user", "create", "kak.ani", data_dir=data_dir).returncode == 0
    token = scout_os("user", "token", "kak.ani", data_dir=data_dir)
    assert token.returncode == 0
    assert token.stdout.count(".") == 2


async def test_a_service_told_to_end_does_not_wait_for_costly_pictures(data_dir: Path) -> None:
    """SIGTERM while files that take a minute to decode are being converted: the service ends within ten seconds."""
    with serving(data_dir) as process:
        urls = process.wait_ready()
        sending = []
        for number in range(6):
            _, token = await register(urls.api_url, f"pandu{number}")
            picture = scans((6000, 4000), 2, 3640)
            sending.append(asyncio.create_task(call("PUT", f"{urls.api_url}/api/v1/me/avatar", token, picture)))
        await asyncio.sleep(0.5)
        began = time.monotonic()
        assert await asyncio.to_thread(process.stop) == 0
        assert time.monotonic() - began < 10
        await asyncio.gather(*sending, return_exceptions=True)


async def call(method: str, url: str, token: str | None = None, content: bytes | None = None) -> Any:
    """The `data` of an answer that must be 200."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(timeout=30) as client:
        response = await client.request(method, url, headers=headers, content=content)
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def register(api_url: str, username: str) -> tuple[int, str]:
    """A new account: its id and a token."""
    async with httpx.AsyncClient(base_url=api_url, timeout=30) as client:
        body = {"name": username, "username": username, "password": PASSWORD}
        data = (await client.post("/api/v1/auth/register", json=body)).json()["data"]
    return data["user"]["id"], data["access_token"]


async def submit_all(api_url: str, user: int, token: str, acknowledged: list[tuple[int, str, int]]) -> None:
    """Submit the first level of every unit until the service is gone."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=api_url, headers=headers, timeout=10) as client:
        for level in LEVELS:
            try:
                response = await client.post("/api/v1/training/progress/submit", json=attempt(level, 5))
            except httpx.TransportError:
                return
            if response.status_code == 200:
                acknowledged.append((user, f"level:{level}", response.json()["xp_earned"]))


async def ledger(database_url: str) -> list[tuple[int, str, int]]:
    """Every row of the ledger: whose, for what, and how much."""
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch("SELECT user_id, source, amount FROM xp_ledger")
    await connection.close()
    return [(row["user_id"], row["source"], row["amount"]) for row in rows]
