"""A learner who is easy to find goes through everything and is erased: then the whole installation is searched.

Left out of the search are the heap and the write-ahead log of PostgreSQL itself (`base`, `pg_wal`), where deleted rows lie
until PostgreSQL's own vacuum and recycling; docs/privacy.md says so.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from PIL import Image
from redis.asyncio import Redis

from scout_os import running_instance
from scout_os.leaderboard.redis.redis_board import BOARD
from tests.learners import SUBMIT
from tests.process import ServeProcess, Urls
from tests.service import attempt

NAME, USERNAME, UNIT = "Canaria Name", "canary-user@example.org", "canary-gudep 07.113"
PASSWORD, WRONG, OTHER = "canary-Password-1", "canary-Wrong-2", "canary-Other-3"
KEY, AGENT, NOTE = "canary-key-4", "canary-agent/5", "canary-note"
WORDS = ("canary", "canaria")
SECONDS = 5


@dataclass(frozen=True)
class Played:
    """What a run left behind, and what it must not have told."""

    process: ServeProcess
    urls: Urls
    redis_url: str
    user_id: int
    secrets: tuple[str, ...]
    metrics: str

    def output(self) -> str:
        """All that the process and its servers wrote."""
        logs = [Path(self.process.data_dir.parent / f"{self.process.data_dir.name}.log"), *self.files(".log")]
        return "\n".join(path.read_text(errors="replace") for path in logs)

    def files(self, suffix: str = "") -> Iterator[Path]:
        """Every file of the installation but PostgreSQL's heap and write-ahead log."""
        servers = self.process.data_dir / "servers"
        for root in {self.process.data_dir.resolve(), servers.resolve()}:
            for path in root.rglob(f"*{suffix}"):
                if path.is_file() and not {"base", "pg_wal"} & set(path.parts):
                    yield path


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """A served installation through which the canary flew, with all logging on."""
    data_dir = tmp_path_factory.mktemp("searched") / "var"
    process = ServeProcess(data_dir, env={"SCOUT_LOG_LEVEL": "DEBUG", "SCOUT_LOG_FORMAT": "json"})
    try:
        urls = process.wait_ready()
        user_id, secrets = asyncio.run(_play(urls.api_url + "/api/v1"))
        running = running_instance.read(data_dir)
        assert running is not None
        metrics = httpx.get(f"{urls.api_url}/metrics").text
        yield Played(process, urls, running.stores.redis_url, user_id, secrets, metrics)
    finally:
        process.stop()


def test_no_output_tells_anything_personal(played: Played) -> None:
    """Through registering, failing, learning and erasing, no log or metric names the learner or a secret; a line stays one."""
    output = played.output() + played.metrics
    assert "learner_deleted" in output, "the run is in the log"
    told = [line for line in output.splitlines() if any(word in line.lower() for word in WORDS)]
    assert told == []
    assert "forged" not in {json.loads(line)["event"] for line in output.splitlines() if line.startswith("{")}
    assert "\x1b" not in output
    assert [secret[:9] for secret in played.secrets if secret in output] == []


def test_the_erased_are_in_no_table(played: Played) -> None:
    """No row of any table holds a word of the learner; users and ledger hold the number, and the sums are true."""

    async def search() -> None:
        connection = await asyncpg.connect(played.urls.database_url)
        try:
            # Of the time zones one is Atlantic/Canary.
            public = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'time_zones'"
            tables = await connection.fetch(public)
            for [table] in tables:
                for word in WORDS:
                    assert not await connection.fetchval(
                        f"SELECT count(*) FROM {table} t WHERE t::text ILIKE $1", f"%{word}%"
                    ), table
            assert await connection.fetchval("SELECT count(*) FROM xp_ledger WHERE user_id = $1", played.user_id) == 1
            assert (
                await connection.fetchval("SELECT count(*) FROM users WHERE id = $1 AND name = ''", played.user_id) == 1
            )
            assert not await connection.fetchval(
                """SELECT count(*) FROM users u
                    WHERE total_xp <> (SELECT coalesce(sum(amount), 0) FROM xp_ledger x WHERE x.user_id = u.id)"""
            )
        finally:
            await connection.close()

    asyncio.run(search())


def test_the_erased_are_not_in_redis(played: Played) -> None:
    """Within five seconds Redis holds no word of the learner, no digest that could be guessed, and no place on the board."""

    plain = [
        hashlib.new(name, USERNAME.encode()).hexdigest() for name in ("md5", "sha1", "sha256", "blake2b", "blake2s")
    ]
    guessable = [digest[:16] for digest in (*plain, hashlib.blake2s(USERNAME.encode(), digest_size=12).hexdigest())]

    async def search() -> None:
        async with _client(played.redis_url) as redis:
            async with asyncio.timeout(SECONDS):
                while await redis.zscore(BOARD, str(played.user_id)) is not None:  # noqa: ASYNC110 - another process's doing
                    await asyncio.sleep(0.05)
            keys = [key async for key in redis.scan_iter()]
            assert keys
            for key in keys:
                dump = (await redis.dump(key) or b"").lower()
                assert not any(word.encode() in dump + key.lower() for word in (*WORDS, *guessable)), key

    asyncio.run(search())


def test_the_erased_are_in_no_file(played: Played) -> None:
    """No file of the installation, but for PostgreSQL's heap and write-ahead log, holds a word of the learner or a secret."""
    searched = 0
    for path in played.files():
        content = path.read_bytes()
        assert not any(word.encode() in content.lower() for word in WORDS), path
        assert not any(secret.encode() in content for secret in played.secrets), path
        assert path.suffix != ".jpg", "a picture is left"
        searched += 1
    assert searched > 10


async def _play(api: str) -> tuple[int, tuple[str, ...]]:
    """Everything that a learner can do right and wrong; the learner's id, and every token that was issued."""
    account = {"name": NAME, "username": USERNAME, "password": PASSWORD, "gugus_depan": UNIT}
    login = {"username": USERNAME, "password": PASSWORD}
    first = "puk_u1_l1"
    async with httpx.AsyncClient(base_url=api, headers={"User-Agent": AGENT}, timeout=30) as client:
        await _ask(client, 201, "POST", "/auth/register", json=account)
        await _ask(client, 409, "POST", "/auth/register", json=account | {"password": OTHER})
        await _ask(client, 422, "POST", "/auth/register", json=account | {"canary": OTHER, "username": "canary user"})
        await _ask(client, 401, "POST", "/auth/login", json=login | {"password": WRONG})
        await _ask(client, 401, "POST", "/auth/login", json=login | {"username": "canary-nobody"})
        session = (await _ask(client, 200, "POST", "/auth/login", json=login)).json()["data"]
        token = str(session["access_token"])
        await _ask(client, 401, "GET", "/users/me", headers={"Authorization": f"Bearer {token}canary"})
        await _ask(client, 401, "GET", f"/users/me?token={token}&name=canary")
        await _ask(client, 404, "POST", "/auth/google", json={"id_token": OTHER, "password": OTHER})
        await _ask(client, 404, "GET", "/x%0d%0a%7B%22event%22:%22forged%22%7D%1b%5B31m")
        await client.get("/users/me", headers={"User-Agent": '{"event": "forged"}\x1b[31m'})
        client.headers["Authorization"] = f"Bearer {token}"
        await _ask(client, 200, "PATCH", "/users/me/profile", json={"full_name": f"{NAME} Kedua"})
        await _ask(client, 422, "PATCH", "/users/me/profile", json={"full_name": f"{NAME}\u202e"})
        key = {"Idempotency-Key": KEY}
        for _ in range(2):
            await _ask(client, 200, "POST", SUBMIT, json=attempt(first, 5), headers=key)
        await _ask(client, 422, "POST", SUBMIT, json=attempt(first, 4), headers=key)
        await _ask(
            client, 422, "POST", SUBMIT, content=b'{"level_id": "canary', headers={"Content-Type": "application/json"}
        )
        await _ask(client, 413, "POST", SUBMIT, content=b"canary" * 20_000)
        await _ask(client, 404, "POST", SUBMIT, json=attempt("canary_u1_l1", 5))
        started = (await _ask(client, 201, "POST", f"/training/levels/{first}/attempts")).json()
        answers = {question["id"]: None for question in started["questions"]}
        body = {"level_id": first, "answers": answers, "attempt_id": started["attempt_id"]}
        # Together, so that their unique keys may meet in PostgreSQL, whose errors name the values.
        await asyncio.gather(
            *(client.post(SUBMIT, json=body, headers={"Idempotency-Key": KEY + "x"}) for _ in range(8))
        )
        await asyncio.gather(
            *(client.post("/auth/register", json=account | {"username": "canary-two"}) for _ in range(4))
        )
        rename = {"password": PASSWORD}
        await _ask(client, 409, "POST", "/auth/username", json=rename | {"username": "canary-two"})
        await _ask(client, 403, "POST", "/auth/username", json={"username": "canary-three", "password": WRONG})
        await _ask(client, 422, "POST", "/auth/username", json=rename | {"username": "canary three"})
        await _ask(client, 200, "POST", "/auth/username", json=rename | {"username": USERNAME})
        redemption = {"username": USERNAME, "code": OTHER, "new_password": OTHER}
        await _ask(client, 403, "POST", "/auth/password/code", json=redemption)
        await _ask(client, 200, "PUT", "/me/board-visibility", json={"visible": False})
        await _ask(client, 200, "PUT", "/me/board-visibility", json={"visible": True})
        await _ask(client, 200, "PUT", "/me/avatar", content=_picture(), headers={"Content-Type": "image/jpeg"})
        await _ask(client, 200, "GET", "/leaderboard")
        ticket = str((await _ask(client, 200, "POST", "/leaderboard/stream/ticket")).json()["data"]["ticket"])
        async with client.stream("GET", "/leaderboard/stream", params={"ticket": ticket}) as stream:
            assert b'"me":{' in await anext(stream.aiter_bytes())
        await _ask(client, 200, "GET", "/leaderboard/stream", params={"ticket": ticket[:-9]})
        await _ask(client, 200, "GET", "/me/export")
        await _ask(client, 403, "DELETE", "/me", json={"password": WRONG})
        await _ask(client, 200, "DELETE", "/me", json={"password": PASSWORD})
        other = (await _ask(client, 200, "POST", "/auth/login", json=login | {"username": "canary-two"})).json()["data"]
        signed = {"Authorization": f"Bearer {other['access_token']}"}
        await _ask(client, 200, "DELETE", "/me", json={"password": PASSWORD}, headers=signed)
    signatures = (part for issued in (token, other["access_token"]) for part in str(issued).split(".")[1:])
    return int(session["user"]["id"]), (*signatures, str(started["attempt_id"]), ticket[:-9])


def _picture() -> bytes:
    """A photograph that says where it was taken."""
    out = BytesIO()
    Image.new("RGB", (64, 64), "navy").save(out, "JPEG", comment=b"canary-place")
    return out.getvalue()


async def _ask(client: httpx.AsyncClient, status: int, method: str, path: str, **request: Any) -> httpx.Response:
    answer = await client.request(method, path, **request)
    assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer


@asynccontextmanager
async def _client(url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(url)
    try:
        yield client
    finally:
        await client.aclose()
