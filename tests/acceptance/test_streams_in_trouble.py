"""Streams of the board while its stores are away, empty or flushed."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from pathlib import Path

from redis.asyncio import Redis

from chaos.network.proxy import proxied
from chaos.target.valkey import own_valkey
from scout_os.core.store_urls import StoreUrls
from tests.leaderboard.stream.watching import Reading, earn, watching
from tests.learners import until_board_follows
from tests.service import Service, Truth, add_learners, serve, until

PROMISED_SECONDS = 2.0
LATE = {"stale": True, "source": "postgres"}
"""Redis took longer than a tenth of a second."""
LEARNERS = 300


async def test_a_stopped_redis_is_told_and_changes_go_on(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path
) -> None:
    """Redis away: a `stale` event, and changes by any process still come within two seconds; back: told, and live again."""
    ids = await add_learners(truth, 4)
    with own_valkey(tmp_path) as valkey:
        stores = replace(packed_stores, redis_url=valkey.url)
        with serve(stores, tmp_path / "one") as service, serve(stores, tmp_path / "two") as second:
            await earn(service, ids[0])
            async with service.client(ids[1]) as client, watching(client) as stream:
                assert (await stream.next()).mine == (0, 0)
                valkey.kill()
                await told(stream, {"stale": True, "source": "postgres"}, seconds=5)
                await changes_arrive(second, ids[1], stream)
                async with service.client() as latecomer, watching(latecomer) as late:
                    assert (await late.next()).data["leaderboard"]["data"]["meta"]["source"] == "postgres"
                    assert (await late.next("stale")).data["stale"] is True
                valkey.start()
                await told(stream, {"stale": False, "source": "redis"}, seconds=10)
                await changes_arrive(second, ids[2], stream)
                assert stream.states()[-1].data["leaderboard"]["data"]["meta"]["source"] == "redis"
                versions = [event.version or 0 for event in stream.states()]
                assert versions == sorted(set(versions))


async def told(stream: Reading, state: dict[str, object], *, seconds: float) -> None:
    """The stream says that it is in that state; before, it may say once that Redis was late and PostgreSQL answers."""
    async with asyncio.timeout(seconds):
        said = (await stream.next("stale", seconds=seconds)).data
        if said == LATE != state:
            said = (await stream.next("stale", seconds=seconds)).data
    assert said == state


async def changes_arrive(by: Service, user_id: int, stream: Reading) -> None:
    """What `user_id` earns by another process is shown on the stream in time."""
    xp = await earn(by, user_id)

    async def shown() -> bool:
        return (user_id, xp) in stream.states()[-1].rows

    await until(shown, seconds=PROMISED_SECONDS)


async def test_without_postgres_streams_stay_and_say_so(
    packed_stores: StoreUrls, truth: Truth, cache: Redis, tmp_path: Path
) -> None:
    """PostgreSQL away: open streams are told and go on, one with a good token can still be opened; back: told again."""
    (one,) = await add_learners(truth, 1)
    with (
        proxied(packed_stores.database_url) as postgres,
        serve(replace(packed_stores, database_url=postgres.url), tmp_path) as service,
    ):
        xp = await earn(service, one)
        await until_board_follows(truth, cache)
        async with service.client(one) as client, watching(client) as stream:
            await stream.next()
            postgres.shut()
            await told(stream, {"stale": True, "source": "redis"}, seconds=10)
            async with watching(client) as another:
                event = await another.next()
                assert event.rows == [(one, xp)]
                assert event.data["leaderboard"]["data"]["meta"]["stale"] is True
            postgres.toxics.clear()
            await told(stream, {"stale": False, "source": "redis"}, seconds=10)
            assert not stream.closed


async def test_a_flushed_redis_never_shows_on_a_stream(
    packed_stores: StoreUrls, truth: Truth, cache: Redis, tmp_path: Path
) -> None:
    """With FLUSHALL again and again while learners earn, every event shows a full page in order, with XP that was true."""
    ids = await add_learners(truth, LEARNERS)
    await truth.execute("UPDATE users SET total_xp = 1000 + 5 * id")
    initial = await totals(truth)
    with serve(packed_stores, tmp_path) as service:
        async with service.client() as anybody, watching(anybody, limit=100) as stream:
            await stream.next()
            pick = random.Random(1)
            for _ in range(12):
                await cache.flushall()
                await earn(service, ids.pop(pick.randrange(len(ids))))
                await asyncio.sleep(pick.uniform(0.0, 0.6))
            final = await totals(truth)
            expected = sorted(final.items(), key=lambda row: (row[1], str(row[0])), reverse=True)[:100]

            async def shown() -> bool:
                return stream.states()[-1].rows == expected

            await until(shown, seconds=PROMISED_SECONDS)
            pages = [event.rows for event in stream.states()]
    assert len(pages) > 2
    for page in pages:
        assert len(page) == 100
        assert page == sorted(page, key=lambda row: (row[1], str(row[0])), reverse=True)
        assert all(xp in (initial[user], final[user]) for user, xp in page)


async def totals(truth: Truth) -> dict[int, int]:
    return {row["id"]: row["total_xp"] for row in await truth.fetch("SELECT id, total_xp FROM users")}
