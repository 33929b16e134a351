"""Many readers find the board gone at the same moment: all are answered rightly, and it is rebuilt once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis

from chaos.check.board import check_members
from scout_os.core.store_urls import StoreUrls
from tests.service import Service, Truth, add_learners, serve, token, until

LEARNERS, STEPS = 4000, 400
READERS = 200
LOOKS_SECONDS = 2.0
"""Time for both workers to look at the board twice more."""


async def test_200_simultaneous_misses_cost_one_rebuild(
    packed_stores: StoreUrls, truth: Truth, cache: Redis, tmp_path: Path
) -> None:
    """200 reads at once from two workers, just after a flush: each page and rank complete and right, one rebuild in all."""
    learners = await add_learners(truth, LEARNERS)
    await truth.execute("UPDATE users SET total_xp = 5 * (id % $1) + 5", STEPS)
    page = await truth.fetch(
        'SELECT id, total_xp FROM users ORDER BY total_xp DESC, id::text COLLATE "C" DESC LIMIT 100'
    )

    async def read(client: httpx.AsyncClient, learner: int) -> str:
        headers = {"Authorization": f"Bearer {token(learner)}"}
        answer = await client.get("/leaderboard", params={"limit": 100}, headers=headers)
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()["data"]
        assert [(row["id"], row["xp"]) for row in data["top_users"]] == [tuple(row) for row in page]
        above = STEPS - 1 - learner % STEPS
        assert data["my_rank"] == {"rank": 1 + above * (LEARNERS // STEPS), "xp": 5 * (learner % STEPS) + 5}
        source: str = data["meta"]["source"]
        return source

    async def is_whole() -> bool:
        return await check_members(truth, cache) == []

    with serve(packed_stores, tmp_path / "one") as one, serve(packed_stores, tmp_path / "two") as two:
        await until(is_whole, seconds=10)
        before = [await rebuilds(worker) for worker in (one, two)]
        async with one.client() as first, two.client() as second:
            await asyncio.gather(*(read(client, learners[0]) for client in (first, second)))  # connections are open
            await cache.flushall()
            async with truth.transaction():
                await truth.execute("SELECT FROM board_state FOR UPDATE")  # nobody can begin to rebuild yet
                reading = [
                    asyncio.create_task(read((first, second)[turn % 2], learner))
                    for turn, learner in enumerate(learners[:READERS])
                ]
                await asyncio.gather(*reading[: READERS // 2])
            sources = await asyncio.gather(*reading)
        assert set(sources[: READERS // 2]) == {"postgres"}
        await until(is_whole, seconds=5)
        await asyncio.sleep(LOOKS_SECONDS)
        after = [await rebuilds(worker) for worker in (one, two)]
    assert sum(after) - sum(before) == 1


async def rebuilds(worker: Service) -> float:
    """How many a worker has begun, done or not."""
    async with httpx.AsyncClient() as client:
        text = (await client.get(f"{worker.url}/metrics")).text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return sum(sample.value for sample in samples if sample.name == "scout_board_rebuilds_total")
