"""The board while a store is in trouble: marked where it cannot be verified, refused where nothing can answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from redis import Redis

from chaos.network.proxy import proxied
from chaos.target.valkey import OwnValkey, own_valkey
from scout_os.core.store_urls import StoreUrls
from tests.learners import submit
from tests.service import Service, Truth, add_learners, board_until_redis, serve, until


async def test_without_postgres_redis_answers_and_says_that_nobody_verified_it(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path
) -> None:
    """PostgreSQL away, Redis up: the board answers with names seen last, within a second with `stale: true`; back: not stale."""
    ids = await add_learners(truth, 3)
    with (
        proxied(packed_stores.database_url) as postgres,
        serve(replace(packed_stores, database_url=postgres.url), tmp_path) as service,
    ):
        for learner, level in zip(ids, ("puk_u1_l1", "nav_u1_l1", "tali_u1_l1"), strict=True):
            async with service.client(learner) as client:
                await submit(client, level)
        async with service.client(ids[0]) as client:
            *_, before = await board_until_redis(client)
            assert before["meta"]["stale"] is False
            postgres.shut()

            async def marked() -> bool:
                return bool((await client.get("/leaderboard")).json()["data"]["meta"]["stale"])

            await until(marked, seconds=1)
            during = (await client.get("/leaderboard")).json()["data"]
            assert during["meta"] == {**during["meta"], "source": "redis", "stale": True}
            assert during["top_users"] == before["top_users"]
            assert during["my_rank"] == before["my_rank"]
            postgres.toxics.clear()

            async def verified() -> bool:
                response = await client.get("/leaderboard")
                return response.status_code == 200 and not response.json()["data"]["meta"]["stale"]

            await until(verified, seconds=5)


async def test_both_stores_away_is_an_honest_503(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """Nothing to answer from: 503 with Retry-After, not an empty board, nor a stream of one."""
    nowhere = replace(packed_stores, redis_url="redis://127.0.0.1:1/0")
    with (
        proxied(nowhere.database_url) as postgres,
        serve(replace(nowhere, database_url=postgres.url), tmp_path) as service,
    ):
        postgres.shut()
        async with service.client() as client:
            for path in ("/leaderboard", "/leaderboard/stream"):
                response = await client.get(path)
                assert response.status_code == 503
                assert response.headers["Retry-After"]
                assert "data" not in response.json()


async def test_a_redis_that_takes_no_writes_is_believed_for_less_than_a_second(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path
) -> None:
    """Redis full, but readable: from a second after an award on, another host's answer has it, whenever that host looks."""
    learners = await add_learners(truth, 5)
    with own_valkey(tmp_path) as valkey:
        stores = replace(packed_stores, redis_url=valkey.url)
        with serve(stores, tmp_path / "here") as here, serve(stores, tmp_path / "there") as there:
            for learner in learners:
                await until(lambda: reads_redis(there), seconds=5)
                with full(valkey):
                    async with here.client(learner) as client:
                        await submit(client)
                    acknowledged = time.monotonic()
                    async with there.client(learner) as client:
                        while (asked := time.monotonic()) < acknowledged + 1.4:
                            mine = (await client.get("/leaderboard")).json()["data"]["my_rank"]
                            assert mine["xp"] > 0 or asked < acknowledged + 1.0


async def reads_redis(service: Service) -> bool:
    """Whether the service answers from Redis."""
    async with service.client() as client:
        return bool((await client.get("/leaderboard")).json()["data"]["meta"]["source"] == "redis")


@contextmanager
def full(valkey: OwnValkey) -> Iterator[None]:
    """Valkey refuses all that would need memory, for the block."""
    with Redis.from_url(valkey.url) as client:
        client.config_set("maxmemory", 1)
        yield
        client.config_set("maxmemory", 0)
