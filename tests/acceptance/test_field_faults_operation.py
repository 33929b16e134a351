"""What went wrong in the field with the running service: its start, its secrets, its doors and its clock."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from pydantic import SecretStr, ValidationError

from scout_os.app import create_app
from scout_os.core.access_tokens import Tokens, load_or_create_secret
from scout_os.core.clock import SystemClock
from scout_os.core.store_urls import StoreUrls
from tests.service import Service, Truth, add_learners, attempt, settings_for, token, until

API = "/api/v1"
PUBLIC = {
    ("post", "/auth/register"),
    ("post", "/auth/login"),
    ("post", "/auth/google"),
    ("post", "/auth/providers/{provider}"),
    ("get", "/training/sections"),
    ("get", "/training/sections/{section_id}"),
    ("get", "/training/sections/{section_id}/units"),
    ("get", "/training/sections/{section_id}/path"),
    ("get", "/training/units/{unit_id}"),
    ("get", "/training/units/{unit_id}/levels"),
    ("get", "/training/levels/{level_id}"),
    ("get", "/training/levels/{level_id}/questions"),
    ("get", "/leaderboard"),
    ("get", "/leaderboard/ranks"),
    ("get", "/leaderboard/stream"),
}
"""All that may be asked without a token."""


@pytest.mark.parametrize("listens", [False, True], ids=["refuses", "hangs"])
async def test_fault_27_start_blocked_by_a_database_check(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path, listens: bool
) -> None:
    """With PostgreSQL and Redis out of reach the port answers at once, honestly not ready; ready when PostgreSQL comes."""
    [learner] = await add_learners(truth, 1)
    database = urlsplit(packed_stores.database_url)
    with closing(socket.socket()) as door, closing(socket.socket()) as no_redis:
        for reserved in (door, no_redis):
            reserved.bind(("127.0.0.1", 0))
        if listens:
            door.listen()
        stores = replace(
            packed_stores,
            database_url=packed_stores.database_url.replace(f":{database.port}/", f":{door.getsockname()[1]}/"),
            redis_url=f"redis://127.0.0.1:{no_redis.getsockname()[1]}/0",
        )
        async with starting(stores, tmp_path) as client:
            headers = {"Authorization": f"Bearer {token(learner)}"}
            for _ in range(3):
                assert (await client.get("/healthz")).status_code == 200
                for path in ("/readyz", f"{API}/users/me", f"{API}/leaderboard", f"{API}/training/sections"):
                    answer = await client.get(path, headers=headers)
                    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1"), path
                await asyncio.sleep(0.2)
            async with relay(door, str(database.hostname), int(database.port or 0)):
                await until(lambda: is_ready(client), seconds=10)
                body = attempt("puk_u1_l1", 5)
                assert (await client.post(f"{API}/training/progress/submit", json=body, headers=headers)).is_success


async def test_fault_28_empty_secret_signed_valid_tokens(service: Service, truth: Truth, tmp_path: Path) -> None:
    """An empty or blank secret is refused wherever it may come from, and a token signed with one opens nothing."""
    [learner] = await add_learners(truth, 1)
    for empty in ("", "   ", "\n"):
        with pytest.raises(ValidationError, match="SCOUT_SECRET_KEY"):
            settings_for(tmp_path, secret_key=SecretStr(empty))
        with pytest.raises(ValueError, match="empty"):
            Tokens(empty.encode(), "scout-os", "scout-os-app", timedelta(days=7), SystemClock())
        (tmp_path / "key").write_text(empty)
        with pytest.raises(ValueError, match="empty"):
            load_or_create_secret(tmp_path / "key")
    with pytest.raises(ValidationError, match="SCOUT_SECRET_KEY"):
        settings_for(tmp_path, env="production", secret_key=None)
    async with service.client() as client:
        for algorithm, key in (("HS256", b""), ("HS256", b" "), ("none", None)):
            forged = signed(learner, algorithm, key)
            answer = await client.get("/users/me", headers={"Authorization": f"Bearer {forged}"})
            assert answer.status_code == 401, algorithm


async def test_fault_30_unauthenticated_per_user_endpoints(service: Service, truth: Truth) -> None:
    """Every operation of the API but a few named ones is 401 without a token and with a bad one; none writes anything."""
    [learner] = await add_learners(truth, 1)
    async with service.client() as client:
        document = (await client.get(f"{service.url}/openapi.json")).json()
        operations = {
            (method, path.removeprefix(API))
            for path, item in document["paths"].items()
            for method in item
            if path.startswith(API)
        }
        guarded = operations - PUBLIC
        assert guarded >= {
            ("get", "/users/me"),
            ("get", "/users/{user_id}/public"),
            ("get", "/users/{user_id}/hearts"),
            ("post", "/users/{user_id}/hearts/decrement"),
            ("put", "/users/me/stats"),
            ("patch", "/users/me/profile"),
            ("post", "/training/progress/submit"),
            ("get", "/training/progress/state"),
            ("post", "/leaderboard/rebuild"),
        }
        for method, path in sorted(guarded):
            url = re.sub(r"{\w+}", str(learner), path)
            for headers in ({}, {"Authorization": f"Bearer {signed(learner, 'HS256', b'another key')}"}):
                answer = await client.request(method, url, headers=headers)
                assert answer.status_code == 401, (method, path, answer.status_code)
    assert await truth.fetchval("SELECT count(*) FROM activity_days") == 0


async def test_fault_31_timestamp_frozen_at_import(service: Service, truth: Truth) -> None:
    """Each envelope carries the time of its own answer."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        for path in ("/users/me", "/leaderboard", f"/users/{learner}/hearts"):
            stamps = []
            for _ in range(3):
                before = datetime.now(UTC)
                stamp = datetime.fromisoformat((await client.get(path)).json()["timestamp"])
                assert before <= stamp <= datetime.now(UTC), path
                stamps.append(stamp)
            assert len(set(stamps)) == 3


@asynccontextmanager
async def starting(stores: StoreUrls, data_dir: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The application on a real socket, from its very first moment; a client that gives up after two seconds."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings_for(data_dir), stores), log_config=None))
    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=base_url, timeout=2) as client:
            yield client
    finally:
        server.should_exit = True
        await asyncio.wait({serving}, timeout=10)
        serving.cancel()  # does nothing, unless the start hangs: then the test should fail, not hang as well


@asynccontextmanager
async def relay(door: socket.socket, host: str, port: int) -> AsyncIterator[None]:
    """Let what knocks at `door` through to `host`:`port`."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            while data := await reader.read(65536):
                writer.write(data)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(host, port)
        await asyncio.gather(pass_on(reader, inner_writer), pass_on(inner_reader, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, sock=door.dup())
    try:
        yield
    finally:
        server.close()


async def is_ready(client: httpx.AsyncClient) -> bool:
    return (await client.get("/readyz")).status_code == 200


def signed(user_id: int, algorithm: str, key: bytes | None) -> str:
    """A token with all the right claims, made by hand: libraries refuse to sign with an empty key."""
    now = int(time.time())
    claims = {"sub": str(user_id), "iss": "scout-os", "aud": "scout-os-app", "iat": now, "exp": now + 600}
    head = ".".join(_part(json.dumps(part).encode()) for part in ({"alg": algorithm, "typ": "JWT"}, claims))
    return f"{head}.{_part(hmac.digest(key, head.encode(), hashlib.sha256)) if key is not None else ''}"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
