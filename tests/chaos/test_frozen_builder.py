"""A builder that stands still while it holds the lease, is replaced, and goes on as if nothing had happened."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from chaos.check.board import check_api, heal_seconds
from chaos.target.hosts import Host, environment_for, forks
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.redis.redis_board import BOARD, BUILD_META
from tests.service import Truth, add_learners, token, until

LEARNERS = 2500
"""Three chunks."""
HEAL_SECONDS = 5.0
TAKEN_OVER_SECONDS = 20.0
"""A lease of 3 s, or 5 s until PostgreSQL ends a transaction that stands still; and a slow rebuild."""


@pytest.mark.parametrize("place", ["rebuild_filling", "rebuild_before_swap"])
async def test_a_frozen_builder_is_replaced(
    packed_stores: StoreUrls, truth: Truth, cache: Redis, tmp_path: Path, place: str
) -> None:
    """Frozen with its set filled, or its transaction open, and thawed in the midst of its successor's work: no harm done."""
    admin, *learners = await add_learners(truth, LEARNERS)
    await truth.execute("UPDATE users SET total_xp = 100 + id")
    await truth.execute("UPDATE users SET role = 'admin' WHERE id = $1", admin)
    with forks(tmp_path) as fork:
        frozen, successor = (
            fork.start(environment_for(packed_stores) | {"SCOUT_FAILPOINTS": points})
            for points in (f"{place}=sleep:0.6", "rebuild_filling=sleep:0.6")
        )
        assert all([await asyncio.to_thread(host.wait_ready) for host in (frozen, successor)])
        assert await heal_seconds(truth, cache, TAKEN_OVER_SECONDS) is not None
        async with watched_size(cache) as sizes:
            building = asyncio.create_task(post(frozen, admin, "/leaderboard/rebuild"))
            held = await chunks_done(cache, "3", other_than=None)
            await asyncio.sleep(0.2)
            frozen.send(signal.SIGSTOP)
            correction = {"amount": -50, "reason": "a test"}
            assert await post(successor, admin, f"/admin/users/{learners[0]}/corrections", correction) == 200
            replacing = asyncio.create_task(rebuild_in_the_end(successor, admin))
            await chunks_done(cache, "1", other_than=held)
            frozen.send(signal.SIGCONT)
            await replacing
            assert await building in (200, 503)
            assert await heal_seconds(truth, cache, HEAL_SECONDS) is not None
        assert sizes == {LEARNERS}
        assert await refused_rebuilds(frozen) >= 1
        assert await check_api(truth, successor.url, {learners[0]: token(learners[0])}) == []


async def chunks_done(cache: Redis, chunks: str, *, other_than: str | None) -> str:
    """Wait until a build of another token has so many chunks; its token."""
    tokens: list[str] = []

    async def there() -> bool:
        found = await cache.hgetall(BUILD_META)
        tokens.append(str(found.get("token")))
        return found.get("chunks") == chunks and tokens[-1] != other_than

    await until(there, seconds=TAKEN_OVER_SECONDS)
    return tokens[-1]


async def rebuild_in_the_end(host: Host, admin: int) -> None:
    """Ask for a rebuild until it is done: as long as the other one's transaction is open, it is refused."""

    async def done() -> bool:
        return await post(host, admin, "/leaderboard/rebuild") == 200

    await until(done, seconds=TAKEN_OVER_SECONDS)


async def post(host: Host, admin: int, path: str, body: object = None) -> int:
    """The status of the answer."""
    headers = {"Authorization": f"Bearer {token(admin)}"}
    async with httpx.AsyncClient(base_url=host.api, headers=headers, timeout=60) as client:
        return (await client.post(path, json=body)).status_code


async def refused_rebuilds(host: Host) -> float:
    """How many of this host's rebuilds were refused, as its metrics say."""
    async with httpx.AsyncClient(base_url=host.url, timeout=30) as client:
        lines = (await client.get("/metrics")).text.splitlines()
    return sum(
        float(line.split()[-1]) for line in lines if line.startswith("scout_board_rebuilds_total") and "refused" in line
    )


@asynccontextmanager
async def watched_size(cache: Redis) -> AsyncIterator[set[int]]:
    """Every number of members that the board has during the block."""
    sizes: set[int] = set()

    async def watch() -> None:
        while True:
            sizes.add(await cache.zcard(BOARD))
            await asyncio.sleep(0.005)

    watching = asyncio.create_task(watch())
    try:
        yield sizes
    finally:
        watching.cancel()
