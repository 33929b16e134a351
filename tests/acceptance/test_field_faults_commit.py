"""What went wrong in the field between the commit and the cache: Redis told too early, too late, or of an old total."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from scout_os.core.breaker import Breaker
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.models import Register
from scout_os.leaderboard.redis.redis_board import BOARD, META, RedisBoard
from tests.moderation.serving import insist
from tests.service import Service, Truth, add_learners, attempt, serve, until

SUBMIT = "/training/progress/submit"
LEVEL = "puk_u1_l1"
KEYS = pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "a-key"}], ids=["plain", "with a key"])


async def test_fault_03_old_total_sent_to_the_cache(service: Service, truth: Truth, cache: Redis) -> None:
    """After each award Redis holds the total after it, without any help from the drain."""
    [learner] = await add_learners(truth, 1)
    await settled(truth, cache)
    async with service.client(learner) as client, truth.transaction():
        await truth.execute("SELECT FROM board_state FOR UPDATE")  # the drain finds its row taken, and does nothing
        for level_id, total in ((LEVEL, 10), ("puk_u1_l2", 24), ("puk_u1_l3", 42)):
            assert (await submit(client, level_id))["total_xp"] == total

            async def holds_new_total(total: int = total) -> bool:
                return bool(await cache.zscore(BOARD, str(learner)) == total)

            await until(holds_new_total, seconds=2)


@KEYS
async def test_fault_05_redis_written_before_the_commit(
    service: Service, truth: Truth, cache: Redis, headers: dict[str, str]
) -> None:
    """While a submission waits for a lock, Redis has heard nothing of it; after the commit it has."""
    [learner] = await add_learners(truth, 1)
    await settled(truth, cache)
    async with service.client(learner) as client:
        async with truth.transaction():
            await truth.execute("SELECT FROM users WHERE id = $1 FOR UPDATE", learner)
            waiting = asyncio.create_task(insist(client, "POST", SUBMIT, attempt(LEVEL, 5), headers))
            for _ in range(40):
                assert await cache.zscore(BOARD, str(learner)) is None
                await asyncio.sleep(0.01)
            assert not waiting.done()
        assert (await waiting).status_code == 200
    await until(lambda: holds(cache, learner, 10), seconds=5)


@KEYS
async def test_fault_05_redis_told_of_a_commit_that_failed(
    service: Service, truth: Truth, cache: Redis, headers: dict[str, str]
) -> None:
    """An award whose very commit fails is not acknowledged, and Redis never hears of it."""
    [learner] = await add_learners(truth, 1)
    await settled(truth, cache)
    await truth.execute(
        """
        CREATE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no commit'; END $$;
        CREATE CONSTRAINT TRIGGER refuse_commit AFTER INSERT ON xp_ledger
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_commit();
        """
    )
    async with service.client(learner) as client:
        answer = await client.post(SUBMIT, json=attempt(LEVEL, 5), headers=headers)
        assert answer.status_code >= 500
        for _ in range(30):
            assert await cache.zscore(BOARD, str(learner)) is None
            await asyncio.sleep(0.02)
        mine = (await client.get("/leaderboard")).json()["data"]["my_rank"]
    assert mine == {"rank": 0, "xp": 0}
    assert await truth.fetchval("SELECT total_xp FROM users WHERE id = $1", learner) == 0


async def test_fault_05_the_board_ahead_of_postgresql(service: Service, truth: Truth, cache: Redis) -> None:
    """At no instant under concurrent awards does Redis show anyone more XP than PostgreSQL."""
    learners = await add_learners(truth, 8)
    await settled(truth, cache)
    looks = 0

    async def walk(learner: int) -> None:
        async with service.client(learner) as client:
            for number in range(1, 6):
                await submit(client, f"puk_u1_l{number}")

    walks = asyncio.gather(*(walk(learner) for learner in learners))
    while not walks.done():
        shown: dict[str, float] = dict(await cache.zrange(BOARD, 0, -1, withscores=True))  # type: ignore[arg-type] # pairs
        # PostgreSQL is asked after Redis: totals only grow here, so more in Redis can only be an uncommitted one.
        totals = {str(row["id"]): row["total_xp"] for row in await truth.fetch("SELECT id, total_xp FROM users")}
        assert [(member, score) for member, score in shown.items() if score > totals[member]] == []
        looks += 1
    await walks
    assert looks >= 10


async def test_fault_11_answered_500_after_committing(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """With Redis out of reach an award that is committed is answered 200; the retry is, too, and pays nothing."""
    [learner] = await add_learners(truth, 1)
    with (
        closed_port() as port,
        serve(replace(packed_stores, redis_url=f"redis://127.0.0.1:{port}/0"), tmp_path) as alone,
    ):
        async with alone.client(learner) as client:
            first = await submit(client, LEVEL)
            retry = await submit(client, LEVEL)
            mine = (await client.get("/leaderboard")).json()["data"]["my_rank"]
    assert (first["xp_earned"], first["total_xp"]) == (10, 10)
    assert (retry["xp_earned"], retry["total_xp"]) == (0, 10)
    assert mine == {"rank": 1, "xp": 10}
    assert await truth.fetchval("SELECT sum(amount) FROM xp_ledger") == 10


async def test_fault_11_a_redis_that_refuses(service: Service, truth: Truth, cache: Redis) -> None:
    """Keys of another type, which make Redis answer with errors, do not spoil the answer either."""
    [learner] = await add_learners(truth, 1)
    await settled(truth, cache)
    async with service.client(learner) as client:
        for level_id in (LEVEL, "puk_u1_l2", "puk_u1_l3"):
            await cache.delete(BOARD, META)
            await cache.set(BOARD, "not a board")
            await cache.set(META, "not a hash")
            assert (await submit(client, level_id))["xp_earned"] > 0
            board = (await client.get("/leaderboard")).json()["data"]
            assert board["my_rank"]["xp"] == await truth.fetchval("SELECT total_xp FROM users")
    await until(lambda: holds(cache, learner, 42), seconds=5)


async def test_fault_18_an_older_total_written_last(service: Service, truth: Truth, cache: Redis) -> None:
    """A late write, of a lower total or from before a correction or suspension, changes nothing on the board."""
    [learner] = await add_learners(truth, 1)
    board = RedisBoard(cache, Breaker())
    identity = await truth.fetchval("SELECT board_identity()")
    await settled(truth, cache)
    async with service.client(learner) as client:
        await submit(client, LEVEL)
        await submit(client, "puk_u1_l2")
        await until(lambda: holds(cache, learner, 24), seconds=5)

        assert await board.merge(identity, [Register(learner, 0, 10)])
        assert await cache.zscore(BOARD, str(learner)) == 24

        await correct(truth, learner, -14)
        await until(lambda: holds(cache, learner, 10), seconds=5)
        assert await board.merge(identity, [Register(learner, 0, 24)])
        assert await cache.zscore(BOARD, str(learner)) == 10

        await change(truth, learner, "is_suspended = true")
        await until(lambda: holds(cache, learner, None), seconds=5)
        assert await board.merge(identity, [Register(learner, 0, 24), Register(learner, 1, 10)])
        assert await cache.zscore(BOARD, str(learner)) is None
        assert (await client.get("/leaderboard")).json()["data"]["top_users"] == []


async def submit(client: httpx.AsyncClient, level_id: str) -> dict[str, Any]:
    answer = await client.post(SUBMIT, json=attempt(level_id, 5))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def correct(truth: Truth, learner: int, amount: int) -> None:
    """A correction as an operator makes it: ledger, total, era and outbox in one transaction."""
    async with truth.transaction():
        await truth.execute(
            """
            INSERT INTO xp_ledger (user_id, source, amount, submission_id, actor, reason)
            VALUES ($1, 'correction:1', $2, gen_random_uuid(), 'a test', 'counted twice')
            """,
            learner,
            amount,
        )
        await change(truth, learner, f"total_xp = total_xp + ({amount})")


async def change(truth: Truth, learner: int, assignment: str) -> None:
    async with truth.transaction():
        await truth.execute(f"UPDATE users SET {assignment}, board_era = board_era + 1 WHERE id = $1", learner)
        await truth.execute("INSERT INTO board_outbox (user_id) VALUES ($1)", learner)


async def settled(truth: Truth, cache: Redis) -> None:
    """Until Redis holds the whole board and nothing is under way."""

    async def is_settled() -> bool:
        waiting = await truth.fetchval("SELECT count(*) FROM board_outbox")
        link = await truth.fetchval("SELECT link FROM board_state WHERE builder IS NULL")
        return waiting == 0 and link is not None and await cache.hget(META, "link") == link

    await until(is_settled, seconds=10)


async def holds(cache: Redis, learner: int, total: int | None) -> bool:
    if await cache.type(BOARD) not in {"zset", "none"}:
        return False
    return bool(await cache.zscore(BOARD, str(learner)) == total)


@contextmanager
def closed_port() -> Iterator[int]:
    """A port of ours on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]
