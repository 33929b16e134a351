"""Redis hears of an award after its commit and only then, of the new total, and without slowing or failing anything."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from redis.asyncio import Redis

from scout_os.leaderboard.redis.redis_board import BOARD
from tests.acceptance.test_awards import TORN
from tests.learners import LEVEL, SUBMIT, board_of_postgres, insist, submit, until_board_follows
from tests.service import Service, Truth, add_learners, attempt, until

KEYS = pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "a-key"}], ids=["plain", "with a key"])


async def test_redis_gets_the_total_after_the_award(service: Service, truth: Truth, cache: Redis) -> None:
    """After each award Redis holds the total after it, without any help from the outbox relay."""
    [learner] = await add_learners(truth, 1)
    await until_board_follows(truth, cache)
    async with service.client(learner) as client, truth.transaction():
        await truth.execute("SELECT FROM board_state FOR UPDATE")  # the relay finds its row taken, and does nothing
        for level_id, total in ((LEVEL, 10), ("puk_u1_l2", 24), ("puk_u1_l3", 42)):
            assert (await submit(client, level_id))["total_xp"] == total
            await until(partial(holds, cache, learner, total), seconds=2)


@KEYS
async def test_redis_hears_nothing_before_the_commit(
    service: Service, truth: Truth, cache: Redis, headers: dict[str, str]
) -> None:
    """While a submission waits for a lock, Redis has heard nothing of it; after the commit it has."""
    [learner] = await add_learners(truth, 1)
    await until_board_follows(truth, cache)
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
async def test_redis_never_hears_of_a_commit_that_failed(
    service: Service, truth: Truth, cache: Redis, headers: dict[str, str]
) -> None:
    """An award whose very commit fails is not acknowledged, and Redis never hears of it."""
    [learner] = await add_learners(truth, 1)
    await until_board_follows(truth, cache)
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


async def test_no_instant_between_progress_xp_and_the_board(service: Service, truth: Truth, cache: Redis) -> None:
    """While awards are made, no snapshot has a level unpaid or a total untrue, and Redis never shows more XP than PostgreSQL."""
    learners = list[int]()
    looks = 0

    async def walk(learner: int) -> None:
        async with service.client(learner) as client:
            for number in range(1, 6):
                await submit(client, f"puk_u1_l{number}")

    while looks < 10:
        here = await add_learners(truth, 8, after=len(learners))
        learners += here
        await until_board_follows(truth, cache)
        walks = asyncio.gather(*map(walk, here))
        while not walks.done():
            shown: dict[str, float] = dict(await cache.zrange(BOARD, 0, -1, withscores=True))  # type: ignore[arg-type] # pairs
            # PostgreSQL is asked after Redis: totals only grow here, so more in Redis can only be an uncommitted one.
            totals = {str(row["id"]): row["total_xp"] for row in await truth.fetch("SELECT id, total_xp FROM users")}
            assert [(member, score) for member, score in shown.items() if score > totals[member]] == []
            assert await truth.fetchval(TORN) == 0
            looks += 1
        await walks
    assert await board_of_postgres(truth) == dict.fromkeys(map(str, learners), 10 + 14 + 18 + 22 + 28)


async def holds(cache: Redis, learner: int, total: int) -> bool:
    """Whether Redis has the learner with this total."""
    return bool(await cache.zscore(BOARD, str(learner)) == total)
