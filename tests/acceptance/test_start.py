"""The service starts whatever state its stores are in, and says honestly that it is not ready."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import uvicorn

from chaos.network.proxy import State, proxied
from scout_os.app import create_app
from scout_os.core.store_urls import StoreUrls
from tests.learners import LEVEL, SUBMIT
from tests.service import Truth, add_learners, attempt, settings_for, token, until

API = "/api/v1"


@pytest.mark.parametrize("trouble", ["down", "held"])
async def test_the_service_starts_without_its_stores(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path, trouble: State
) -> None:
    """With PostgreSQL and Redis out of reach the port answers at once with 503; the service is ready when PostgreSQL comes."""
    [learner] = await add_learners(truth, 1)
    with closing(socket.socket()) as no_redis, proxied(packed_stores.database_url) as postgres:
        no_redis.bind(("127.0.0.1", 0))
        postgres.toxics.state = trouble
        redis_url = f"redis://127.0.0.1:{no_redis.getsockname()[1]}/0"
        stores = replace(packed_stores, database_url=postgres.url, redis_url=redis_url)
        async with starting(stores, tmp_path) as client:
            headers = {"Authorization": f"Bearer {token(learner)}"}
            for _ in range(3):
                assert (await client.get("/healthz")).status_code == 200
                for path in ("/readyz", f"{API}/users/me", f"{API}/leaderboard", f"{API}/training/sections"):
                    answer = await client.get(path, headers=headers)
                    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1"), path
                await asyncio.sleep(0.2)
            postgres.toxics.clear()

            async def is_ready() -> bool:
                return (await client.get("/readyz")).status_code == 200

            await until(is_ready, seconds=10)
            assert (await client.post(API + SUBMIT, json=attempt(LEVEL, 5), headers=headers)).is_success


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
