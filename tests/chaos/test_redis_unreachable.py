"""Redis not there when the service starts, and Redis behind connections that are open and dead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from chaos.check.board import check_api, heals
from chaos.target.hosts import Host, Serving, environment_for
from chaos.target.stage import staged
from chaos.target.valkey import OwnValkey, own_valkey
from scout_os.core.store_urls import StoreUrls
from tests.learners import LEVEL, SUBMIT
from tests.service import Truth, add_learners, attempt, token, until

HEAL_SECONDS = 5.0
HALF_OPEN_SECONDS = 6.0
REQUEST_SECONDS = 1.0
"""No request may take longer, however Redis is: what it waits for Redis is a tenth of this."""
BURST = 24
"""So many requests at once leave many connections in the pool."""


async def test_redis_down_at_start(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """Nobody listens where Redis should be: the service starts and answers from PostgreSQL, and heals when Redis comes."""
    learners = await add_learners(truth, 6)
    valkey = OwnValkey(tmp_path)
    stores = replace(packed_stores, redis_url=valkey.url)
    with serving(tmp_path / "host", stores) as host:
        clients = Clients(host)
        async with clients.http:
            for number, learner in enumerate(learners, start=1):
                await clients.submit(learner, LEVEL)
                assert await clients.read(learner) == ("postgres", number)
            assert await check_api(truth, host.url, {learner: token(learner) for learner in learners}) == []
            for path in ("/healthz", "/readyz", "/metrics"):
                await clients.http.get(f"{host.url}{path}")
            valkey.start()
            try:
                assert await heals(packed_stores.owner_database_url, valkey.url, HEAL_SECONDS) is not None
                await until(clients.are_from_redis, seconds=HEAL_SECONDS)
                assert await check_api(truth, host.url, {learner: token(learner) for learner in learners}) == []
            finally:
                valkey.kill()


async def test_half_open_connections_to_redis(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """Nothing passes, nothing is closed, Redis restarts unseen: no request is held up, and the link's return is enough."""
    learners = await add_learners(truth, BURST)
    with (
        own_valkey(tmp_path) as valkey,
        staged(replace(packed_stores, redis_url=valkey.url)) as stage,
        serving(tmp_path / "host", stage.fronts) as host,
    ):
        clients = Clients(host)
        async with clients.http:
            assert await heals(packed_stores.owner_database_url, valkey.url, HEAL_SECONDS) is not None
            for learner in learners:
                await clients.submit(learner, LEVEL)
            for _ in range(3):
                await asyncio.gather(*(clients.read(learner) for learner in learners))
            clients.longest = 0.0
            stage.redis.toxics.state = "half_open"
            ends = time.monotonic() + HALF_OPEN_SECONDS
            for number, learner in enumerate(learners):
                await clients.submit(learner, "nav_u1_l1")
                for reader in (learner, None):
                    assert await clients.read(reader) == ("postgres", BURST)
                if number == BURST // 2:
                    valkey.kill()
                    valkey.start()
                await asyncio.sleep((ends - time.monotonic()) / (BURST - number))
            assert clients.longest <= REQUEST_SECONDS
            stage.calm()
            assert await heals(packed_stores.owner_database_url, valkey.url, HEAL_SECONDS) is not None
            await until(clients.are_from_redis, seconds=HEAL_SECONDS)
            assert await check_api(truth, host.url, {learner: token(learner) for learner in learners}) == []


class Clients:
    """Learners at one host, all through one pool of connections. Any answer but a 200 fails."""

    def __init__(self, host: Host) -> None:
        self.longest = 0.0
        """Seconds that the slowest answer took."""
        limits = httpx.Limits(max_connections=BURST)
        self.http = httpx.AsyncClient(base_url=host.api, timeout=30, limits=limits)
        self.http.event_hooks = {"request": [self._begin], "response": [self._judge]}

    async def submit(self, learner: int, level: str) -> None:
        """Pass a level for the first time."""
        answer = await self.http.post(SUBMIT, json=attempt(level, 5), headers=signed(learner))
        assert answer.json()["xp_earned"] > 0

    async def read(self, learner: int | None) -> tuple[str, int]:
        """Which engine answers the learner, or a stranger, and how many learners the page shows."""
        data = (await self.http.get("/leaderboard?limit=100", headers=signed(learner))).json()["data"]
        return data["meta"]["source"], len(data["top_users"])

    async def are_from_redis(self) -> bool:
        """Whether strangers who ask all at once are answered from Redis. (Who was paid meanwhile is not, for a while.)"""
        answers = await asyncio.gather(*(self.read(None) for _ in range(BURST)))
        return {source for source, _ in answers} == {"redis"}

    async def _begin(self, request: httpx.Request) -> None:
        request.extensions["began"] = time.monotonic()

    async def _judge(self, answer: httpx.Response) -> None:
        await answer.aread()
        self.longest = max(self.longest, time.monotonic() - answer.request.extensions["began"])
        assert answer.status_code == 200, answer.text


def signed(learner: int | None) -> dict[str, str]:
    return {} if learner is None else {"Authorization": f"Bearer {token(learner)}"}


@contextmanager
def serving(directory: Path, stores: StoreUrls) -> Iterator[Host]:
    """`scout-os serve` on `stores`, ready."""
    host = Serving(directory).start(environment_for(stores, migrate_on_start="true"))
    try:
        assert host.wait_ready(), (directory / "serve.log").read_text()
        yield host
    finally:
        host.stop()
