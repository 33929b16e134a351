"""What an operator hears at the start about stores under which promises would not hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from chaos.target.valkey import own_valkey
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.unsafe_stores import DURABLE, UnsafeStores, refuse_unsafe_stores, warn_of_unsafe_stores
from scout_os.wiring import open_services
from tests.logs import captured
from tests.service import settings_for


@pytest.mark.parametrize(("policy", "warned"), [("allkeys-lru", True), ("volatile-ttl", True), ("noeviction", False)])
async def test_a_redis_that_may_evict_is_named(stores: StoreUrls, tmp_path: Path, policy: str, warned: bool) -> None:
    """A Redis that evicts when it is full is named with its policy; one that does not, is not."""
    with own_valkey(tmp_path) as valkey:
        async with Redis.from_url(valkey.url) as client:
            await client.config_set("maxmemory-policy", policy)
        events = await warnings(replace(stores, redis_url=valkey.url), tmp_path)
    assert [event["policy"] for event in events if event["event"] == "redis_may_evict"] == [policy] * warned


async def test_a_postgresql_that_may_lose_commits_is_named(stores: StoreUrls, tmp_path: Path) -> None:
    """Each setting under which a commit may be lost in a crash is named: the tests' own server has all three."""
    events = await warnings(stores, tmp_path)
    assert {event["setting"] for event in events if event["event"] == "postgres_not_durable"} == DURABLE.keys()


async def test_a_postgresql_that_may_lose_commits_is_refused(database: Database) -> None:
    """With `fsync = off`, as the tests' own server has it, production does not serve."""
    with pytest.raises(UnsafeStores):
        await refuse_unsafe_stores(database)


async def warnings(stores: StoreUrls, directory: Path) -> list[dict[str, str]]:
    """What is logged when a service on `stores` starts."""
    async with open_services(settings_for(directory), stores) as services:
        with captured("scout_os.unsafe_stores") as events:
            await warn_of_unsafe_stores(services.database, services.board)
    return events
