"""PostgreSQL restored to what it was earlier, under a service that lives on: the board is ahead of it, and must go down."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from chaos.check.board import heal_seconds, heals, read_members
from chaos.check.truth import check_always, connect
from chaos.faults.restore import restore, take_backup
from chaos.target.stage import own_stores
from scout_os.core.store_urls import StoreUrls
from tests.learners import submit
from tests.service import Service, Truth, add_learners, serve, wait_until_ready

DEADLINE_SECONDS = 5.0
LEVELS = ["puk_u1_l1", "puk_u2_l1", "puk_u3_l1"]
REWARD = 10


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[StoreUrls]:
    """Servers of the test's own, whose cluster can be exchanged."""
    with own_stores(tmp_path / "data") as opened:
        yield opened


@pytest.mark.parametrize(("new_timeline", "drains_since"), [(False, 1), (False, 2), (True, 1)])
async def test_a_restored_backup_forces_the_board_down(
    stores: StoreUrls, tmp_path: Path, new_timeline: bool, drains_since: int
) -> None:
    """Awards of after the backup leave the board within 5 s after PostgreSQL is up, without traffic; then they pay again."""
    backup = tmp_path / "backup"
    with serve(stores, tmp_path / "service") as service:
        truth = await asyncpg.connect(stores.owner_database_url)
        learners = await add_learners(truth, 10)
        redis = Redis.from_url(stores.redis_url, decode_responses=True)
        await pass_and_settle(service, learners, LEVELS[0])
        take_backup(stores, backup)
        for level in LEVELS[1 : 1 + drains_since]:
            await pass_and_settle(service, learners[:1], level)
        assert dict(await read_members(redis))[learners[0]] == (1 + drains_since) * REWARD
        await truth.close()

        await restore(stores, tmp_path / "data", backup, new_timeline=new_timeline)
        connection = await connect(stores.reader_database_url)
        assert await heal_seconds(connection, redis, DEADLINE_SECONDS) is not None
        assert set(dict(await read_members(redis)).values()) == {REWARD}
        async with service.client(learners[0]) as client:
            assert (await submit(client, LEVELS[1], 5))["total_xp"] == 2 * REWARD
        assert await check_always(connection) == []
        await connection.close()
        await redis.aclose()


async def test_an_older_copy_of_the_database_takes_its_name(
    packed_stores: StoreUrls, cache: Redis, tmp_path: Path
) -> None:
    """A copy that is one drain old is renamed into the database's place: the board goes down within 5 s, without traffic."""
    url, name = packed_stores.owner_database_url.rsplit("/", 1)
    cluster = await asyncpg.connect(f"{url}/postgres")
    with serve(packed_stores, tmp_path) as service:
        truth = await asyncpg.connect(packed_stores.owner_database_url)
        learners = await add_learners(truth, 1)
        await pass_and_settle(service, learners, LEVELS[0])
        await shut(cluster, name)
        await cluster.execute(f"CREATE DATABASE earlier TEMPLATE {name}")
        await cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await asyncio.to_thread(wait_until_ready, service.url)
        await pass_and_settle(service, learners, LEVELS[1])
        await shut(cluster, name)
        await cluster.execute(f"ALTER DATABASE {name} RENAME TO later")
        await cluster.execute(f"ALTER DATABASE earlier RENAME TO {name}")
        connection_url, redis_url = packed_stores.reader_database_url, packed_stores.redis_url
        assert await heals(connection_url, redis_url, DEADLINE_SECONDS) is not None
        assert dict(await read_members(cache)) == {learners[0]: REWARD}
    await cluster.execute("DROP DATABASE later")
    await cluster.close()


async def shut(cluster: Truth, name: str) -> None:
    """End all sessions of a database and admit no new ones."""
    await cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await cluster.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", name)


async def pass_and_settle(service: Service, learners: list[int], level: str) -> None:
    """All pass the level, and one drain or a few bring it to the board."""
    for learner in learners:
        async with service.client(learner) as client:
            assert (await submit(client, level, 5))["xp_earned"] == REWARD
    stores = service.stores
    assert await heals(stores.reader_database_url, stores.redis_url, DEADLINE_SECONDS) is not None
