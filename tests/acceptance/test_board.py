"""The board is complete or PostgreSQL answers after losses, and never as an empty board for an error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from scout_os.leaderboard.redis.redis_board import BOARD
from tests.learners import LEVEL, SUBMIT, give_all, submit, until_board_follows
from tests.service import Service, Truth, add_learners, attempt, board_until_redis, until


async def test_a_flush_never_leaves_a_board_of_one(service: Service, truth: Truth, cache: Redis) -> None:
    """After FLUSHALL and one submission every answer holds everybody, and Redis holds nothing or everybody."""
    learners = await ranked(truth, cache, 20)

    async def look() -> None:
        assert await cache.zcard(BOARD) in {0, 20}

    async with service.client(learners[0]) as client, service.client() as anyone:
        async with watched(look), watched(lambda: see_all(client, 20)), watched(lambda: see_all(anyone, 20)):
            for unit in range(1, 6):
                await cache.flushall()
                await submit(client, f"puk_u{unit}_l1")
                await until_board_follows(truth, cache)
        # And without a single read: the flush is noticed by the service itself.
        async with watched(look):
            await cache.flushall()
            await submit(client, "nav_u1_l1")
            await until_board_follows(truth, cache)
        assert {len(data["top_users"]) for data in await board_until_redis(anyone)} == {20}


async def test_a_page_never_becomes_the_whole_board(service: Service, truth: Truth, cache: Redis) -> None:
    """When the set is lost and a short page is asked for, the long page still holds everybody, and Redis gets the whole."""
    await ranked(truth, cache, 90)
    async with service.client() as client:

        async def look() -> None:
            assert len((await board(client, limit=10))["top_users"]) == 10
            assert await cache.zcard(BOARD) in {0, 90}
            await see_all(client, 90)

        for _ in range(5):
            async with watched(look):
                await cache.delete(BOARD)
                await until_board_follows(truth, cache)
        answers = await board_until_redis(client, "/leaderboard?limit=10")
        assert {len(data["top_users"]) for data in answers} == {10}


@pytest.mark.parametrize("flushed", [False, True], ids=["redis full", "redis empty"])
async def test_an_error_is_never_shown_as_an_empty_board(
    service: Service, truth: Truth, cache: Redis, flushed: bool
) -> None:
    """With PostgreSQL gone: 503 that says so, or the whole board from Redis marked stale; never an empty board."""
    [learner, *_] = await ranked(truth, cache, 3)
    name = await truth.fetchval("SELECT current_database()")
    async with service.client(learner) as client, service.client() as anyone:
        await truth.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0")  # the owner is exempt
        await truth.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
            name,
        )
        if flushed:
            await cache.flushall()  # only now, or the service itself may fill it again first
        boards = [await client.get("/leaderboard"), await anyone.get("/leaderboard")]
        refusals = [
            await client.get("/users/me"),
            await client.get("/training/progress/state"),
            await client.post(SUBMIT, json=attempt(LEVEL, 5)),
        ]
        await truth.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")
        for board in boards if not flushed else []:
            data = board.json()["data"]
            assert (len(data["top_users"]), data["meta"]["stale"]) == (3, True)
        for refusal in [*refusals, *boards] if flushed else refusals:
            assert refusal.status_code == 503, (refusal.request.url, refusal.text)
            assert refusal.json()["detail"] == refusal.json()["message"] != ""
            assert "data" not in refusal.json()
        await until(lambda: answers_well(anyone), seconds=5)
        await see_all(anyone, 3)
    assert await truth.fetchval("SELECT count(*) FROM user_progress") == 0


async def ranked(truth: Truth, cache: Redis, count: int) -> list[int]:
    """`count` learners with XP, all of them on the board in Redis."""
    learners = await add_learners(truth, count)
    await give_all(truth, {learner: 1000 + n for n, learner in enumerate(learners)})
    await until_board_follows(truth, cache, seconds=10)
    return learners


@asynccontextmanager
async def watched(look: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Look again and again, a few times at least, until the block ends; what a look raises, the block's end raises."""
    looks, ended = 0, asyncio.Event()

    async def go_on() -> None:
        nonlocal looks
        while looks < 3 or not ended.is_set():
            await look()
            looks += 1

    watcher = asyncio.create_task(go_on())
    try:
        yield
    finally:
        ended.set()
        await watcher


async def see_all(client: httpx.AsyncClient, count: int) -> None:
    """Ask for the longest page: it must hold `count` learners in the right order."""
    data = await board(client)
    assert len(data["top_users"]) == count
    assert [row["xp"] for row in data["top_users"]] == sorted((row["xp"] for row in data["top_users"]), reverse=True)


async def answers_well(client: httpx.AsyncClient) -> bool:
    """Whether the board is served again."""
    return (await client.get("/leaderboard")).status_code == 200


async def board(client: httpx.AsyncClient, limit: int = 100) -> dict[str, Any]:
    """The board, which must be answered."""
    answer = await client.get("/leaderboard", params={"limit": limit})
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data
