"""A builder that stands still while it holds the lease, is replaced, and goes on as if nothing had happened."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from chaos.check.board import check_api, heal_seconds
from chaos.target.hosts import environment_for, forks
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.redis.redis_board import BOARD, BUILD_META
from tests.learners import Admin, give_all, make_admin
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
    chief = await make_admin(truth)
    learners = await add_learners(truth, LEARNERS)
    await give_all(truth, {learner: 100 + learner for learner in learners})
    corrected = learners[0]
    with forks(tmp_path) as fork:
        frozen, successor = (
            fork.start(environment_for(packed_stores) | {"SCOUT_FAILPOINTS": points})
            for points in (f"{place}=sleep:0.6", "rebuild_filling=sleep:0.6")
        )
        assert all([await asyncio.to_thread(host.wait_ready) for host in (frozen, successor)])
        assert await heal_seconds(truth, cache, TAKEN_OVER_SECONDS) is not None
        headers = {"Authorization": f"Bearer {token(chief)}"}
        async with httpx.AsyncClient(headers=headers, timeout=60) as http:
            sizes: set[int] = set()
            watching = asyncio.create_task(watch_size(cache, sizes))
            building = asyncio.create_task(http.post(f"{frozen.api}/leaderboard/rebuild"))
            held = await chunks_done(cache, "3", other_than=None)
            await asyncio.sleep(0.2)
            frozen.send(signal.SIGSTOP)
            http.base_url = httpx.URL(successor.api)
            assert (await Admin(chief, http).correct(corrected, -50)).is_success

            async def is_rebuilt() -> bool:  # as long as the other one's transaction is open, it is refused
                return (await http.post("/leaderboard/rebuild")).is_success

            replacing = asyncio.create_task(until(is_rebuilt, seconds=TAKEN_OVER_SECONDS))
            await chunks_done(cache, "1", other_than=held)
            frozen.send(signal.SIGCONT)
            await replacing
            assert (await building).status_code in (200, 503)
            assert await heal_seconds(truth, cache, HEAL_SECONDS) is not None
            metrics = (await http.get(f"{frozen.url}/metrics")).text
            watching.cancel()
        assert sizes == {LEARNERS}
        assert re.search(r'^scout_board_rebuilds_total{[^}]*"refused"[^}]*} [1-9]', metrics, re.MULTILINE)
        assert await check_api(truth, successor.url, {corrected: token(corrected)}) == []


async def chunks_done(cache: Redis, chunks: str, *, other_than: str | None) -> str:
    """Wait until a build of another token has so many chunks; its token."""
    async with asyncio.timeout(TAKEN_OVER_SECONDS):
        while True:
            found = await cache.hgetall(BUILD_META)
            if found.get("chunks") == chunks and found["token"] != other_than:
                return str(found["token"])
            await asyncio.sleep(0.02)


async def watch_size(cache: Redis, sizes: set[int]) -> None:
    """Note every number of members that the board has."""
    while True:
        sizes.add(await cache.zcard(BOARD))
        await asyncio.sleep(0.005)
