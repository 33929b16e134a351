"""What went wrong in the field with the board: shown in part, ranked in two ways, rebuilt by anyone, empty for an error."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from scout_os.leaderboard.redis.redis_board import BOARD
from tests.service import Service, Truth, add_learners, attempt, board_until_redis, serve, until

SUBMIT = "/training/progress/submit"
GIVE_XP = """
    WITH given AS (
        INSERT INTO xp_ledger (user_id, source, amount, submission_id)
        SELECT id, 'correction:' || id, xp, gen_random_uuid() FROM unnest($1::bigint[], $2::bigint[]) AS g (id, xp)
        RETURNING user_id, amount
    ), queued AS (INSERT INTO board_outbox (user_id) SELECT user_id FROM given)
    UPDATE users SET total_xp = total_xp + amount FROM given WHERE id = user_id
"""


async def test_fault_12_board_of_one_after_a_flush(service: Service, truth: Truth, cache: Redis) -> None:
    """After FLUSHALL and one submission every answer holds everybody, and Redis holds nothing or everybody."""
    learners = await ranked(truth, cache, 20)

    async def look() -> None:
        assert await cache.zcard(BOARD) in {0, 20}

    async with service.client(learners[0]) as client, service.client() as anyone:
        async with watched(look), watched(lambda: see_all(client, 20)), watched(lambda: see_all(anyone, 20)):
            for unit in range(1, 6):
                await cache.flushall()
                await submit(client, f"puk_u{unit}_l1")
                await until(lambda: holds_truth(truth, cache), seconds=5)
        # And without a single read: the flush is noticed by the service itself.
        async with watched(look):
            await cache.flushall()
            await submit(client, "nav_u1_l1")
            await until(lambda: holds_truth(truth, cache), seconds=5)
        assert {len(data["top_users"]) for data in await board_until_redis(anyone)} == {20}


async def test_fault_13_one_page_served_as_the_whole_board(service: Service, truth: Truth, cache: Redis) -> None:
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
                await until(lambda: holds_truth(truth, cache), seconds=5)
        answers = await board_until_redis(client, "/leaderboard?limit=10")
        assert {len(data["top_users"]) for data in answers} == {10}


async def test_fault_14_rebuild_with_an_empty_window(service: Service, truth: Truth, cache: Redis) -> None:
    """While rebuilds run one after the other nobody sees a part of the board, and no award of that time is lost."""
    learners = await ranked(truth, cache, 200)
    await make_admin(truth, learners[-1])
    rebuilt: list[int] = []

    async def rebuild(admin: httpx.AsyncClient) -> None:
        answer = await admin.post("/leaderboard/rebuild")
        assert answer.status_code == 200, answer.text
        rebuilt.append(answer.json()["data"]["users_count"])

    async def look() -> None:
        assert await cache.zcard(BOARD) == 200

    async with service.client(learners[-1]) as admin, service.client(learners[-2]) as reader:
        async with watched(lambda: rebuild(admin)), watched(look), watched(lambda: see_all(reader, 100, rank=1)):
            for learner in learners[:15]:
                async with service.client(learner) as client:
                    total = (await submit(client, "puk_u1_l1"))["total_xp"]
                    assert (await board(client))["my_rank"]["xp"] == total  # acknowledged, so in the next answer
        assert len(rebuilt) >= 3
        assert set(rebuilt) == {200}
    await until(lambda: holds_truth(truth, cache), seconds=5)


async def test_fault_15_rebuild_open_to_any_learner(service: Service, truth: Truth) -> None:
    """A rebuild is the admins': 403 to a learner, 401 to nobody in particular."""
    learner, admin = await add_learners(truth, 2)
    await make_admin(truth, admin)
    statuses = []
    for caller in (learner, None, admin):
        async with service.client(caller) as client:
            statuses.append((await client.post("/leaderboard/rebuild")).status_code)
    assert statuses == [403, 401, 200]


async def test_fault_16_equal_xp_ranked_differently(
    service: Service, truth: Truth, cache: Redis, tmp_path: Path
) -> None:
    """With many ties, Redis and PostgreSQL give the same list and everyone the same rank: 1 + those with more."""
    learners = await ranked(truth, cache, 30, xp=lambda n: 10 + n % 4 * 5)
    totals = {row["id"]: row["total_xp"] for row in await truth.fetch("SELECT id, total_xp FROM users")}

    async def answers(
        source: Service, ask: Callable[[httpx.AsyncClient], Awaitable[list[dict[str, Any]]]]
    ) -> list[Any]:
        seen = []
        for learner in learners:
            async with source.client(learner) as client:
                boards = await ask(client)
            for data in boards:
                assert data["my_rank"]["rank"] == 1 + sum(xp > totals[learner] for xp in totals.values())
            seen.append((boards[-1]["top_users"], boards[-1]["my_rank"]))
        return seen

    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        away = f"redis://127.0.0.1:{nobody_listens.getsockname()[1]}/0"
        with serve(replace(service.stores, redis_url=away), tmp_path) as without_redis:
            from_postgres = await answers(without_redis, board_of_postgres)
    from_redis = await answers(service, board_until_redis)
    assert from_redis == from_postgres
    rows = from_redis[0][0]
    assert [row["rank"] for row in rows] == [1 + sum(xp > row["xp"] for xp in totals.values()) for row in rows]


@pytest.mark.parametrize("flushed", [False, True], ids=["redis full", "redis empty"])
async def test_fault_22_errors_masked_as_an_empty_board(
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
            await client.post(SUBMIT, json=attempt("puk_u1_l1", 5)),
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


async def ranked(truth: Truth, cache: Redis, count: int, xp: Callable[[int], int] = lambda n: 1000 + n) -> list[int]:
    """`count` learners with XP, all of them on the board in Redis."""
    learners = await add_learners(truth, count)
    await truth.execute(GIVE_XP, learners, [xp(n) for n in range(count)])
    await until(lambda: holds_truth(truth, cache), seconds=10)
    return learners


async def holds_truth(truth: Truth, cache: Redis) -> bool:
    """Whether Redis holds just what PostgreSQL says."""
    shown: dict[str, float] = dict(await cache.zrange(BOARD, 0, -1, withscores=True))  # type: ignore[arg-type] # pairs
    rows = await truth.fetch("SELECT id::text AS id, total_xp FROM users WHERE on_board AND total_xp > 0")
    return shown == {row["id"]: row["total_xp"] for row in rows}


async def make_admin(truth: Truth, user_id: int) -> None:
    await truth.execute("UPDATE users SET role = 'admin' WHERE id = $1", user_id)


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


async def see_all(client: httpx.AsyncClient, count: int, rank: int | None = None) -> None:
    """Ask for the longest page: it must hold `count` learners in the right order."""
    data = await board(client)
    assert len(data["top_users"]) == count
    assert [row["xp"] for row in data["top_users"]] == sorted((row["xp"] for row in data["top_users"]), reverse=True)
    if rank is not None:
        assert data["top_users"][0]["rank"] == rank


async def answers_well(client: httpx.AsyncClient) -> bool:
    return (await client.get("/leaderboard")).status_code == 200


async def board(client: httpx.AsyncClient, limit: int = 100) -> dict[str, Any]:
    answer = await client.get("/leaderboard", params={"limit": limit})
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


async def board_of_postgres(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    data = await board(client)
    assert data["meta"]["source"] == "postgres"
    return [data]


async def submit(client: httpx.AsyncClient, level_id: str) -> dict[str, Any]:
    answer = await client.post(SUBMIT, json=attempt(level_id, 5))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body
