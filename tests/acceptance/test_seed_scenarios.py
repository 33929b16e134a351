"""The five scenarios that the product began with, over HTTP, looking into PostgreSQL and Redis directly."""

from dataclasses import replace
from pathlib import Path

from redis.asyncio import Redis

from chaos.target.valkey import own_valkey
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.redis.redis_board import BOARD
from tests.learners import make_admin, submit, until_board_follows
from tests.service import Service, Truth, add_learners, serve, until


async def test_a_passed_level_pays_in_postgresql_in_redis_and_on_the_board(
    service: Service, truth: Truth, cache: Redis
) -> None:
    """Scenario 1: a passing submit of a level worth 15 shows 15 everywhere."""
    await make_level_worth_15(service, truth)
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        answer = await submit(client)
        board = (await client.get("/leaderboard")).json()["data"]
    assert answer["xp_earned"] == answer["total_xp"] == 15
    assert await truth.fetchval("SELECT total_xp FROM users WHERE id = $1", learner) == 15
    await until_board_follows(truth, cache)
    assert await cache.zrange(BOARD, 0, -1, withscores=True) == [(str(learner), 15.0)]
    assert [(row["id"], row["xp"]) for row in board["top_users"]] == [(learner, 15)]
    assert board["my_rank"] == {"rank": 1, "xp": 15}


async def test_a_failed_attempt_changes_no_xp_anywhere(service: Service, truth: Truth, cache: Redis) -> None:
    """Scenario 2: a failing submit answers 0, and PostgreSQL's total and Redis stay as they were."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        await submit(client)
        await until_board_follows(truth, cache)
        before = await cache.zrange(BOARD, 0, -1, withscores=True)
        answer = await submit(client, "puk_u1_l2", 0)
    assert answer["xp_earned"] == 0
    assert answer["status"] == "UNLOCKED"
    assert await truth.fetchval("SELECT total_xp FROM users WHERE id = $1", learner) == answer["total_xp"] == 10
    assert await cache.zrange(BOARD, 0, -1, withscores=True) == before


async def test_without_redis_a_submit_pays_and_the_board_answers_from_postgresql(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path
) -> None:
    """Scenario 3: with Redis stopped, and with Redis hanging, submits are written and the board answers, right."""
    ids = await add_learners(truth, 2)
    with own_valkey(tmp_path) as valkey, serve(replace(packed_stores, redis_url=valkey.url), tmp_path) as service:
        for trouble, level in ((valkey.freeze, "puk_u1_l1"), (valkey.kill, "puk_u1_l2")):
            trouble()
            for learner in ids:
                async with service.client(learner) as client:
                    answer, again = await submit(client, level), await submit(client, level)
                    board = (await client.get("/leaderboard")).json()["data"]
                assert answer["xp_earned"] > again["xp_earned"] == 0
                assert board["meta"]["source"] == "postgres"
                assert board["my_rank"] == {"rank": 1, "xp": answer["total_xp"]}
        async with service.client() as client:
            assert (await client.get("/leaderboard")).status_code == 200
            metrics = (await client.get(f"{service.url}/metrics")).text
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 4
    assert 'scout_board_answers_total{source="postgres"} 5.0' in metrics
    assert 'scout_board_fallbacks_total{reason="away"} 1.0' in metrics
    assert 'scout_breaker_state{part="redis"} 2.0' in metrics


async def test_a_deleted_board_is_answered_by_postgresql_and_comes_back_whole(
    service: Service, truth: Truth, cache: Redis
) -> None:
    """Scenario 4: after DEL, the next read answers from PostgreSQL, the whole board is rebuilt, and Redis answers again."""
    ids = await earn(service, truth, 20)
    async with service.client() as client:
        for _ in range(5):  # the outbox relay may look in the very instant between deletion and read, and heal first
            await cache.delete(BOARD)
            first = (await client.get("/leaderboard?limit=100")).json()["data"]
            assert {row["id"] for row in first["top_users"]} == set(ids)
            if first["meta"]["source"] == "postgres":
                break
        assert first["meta"]["source"] == "postgres"

        async def redis_answers() -> bool:
            return bool((await client.get("/leaderboard")).json()["data"]["meta"]["source"] == "redis")

        await until(redis_answers, seconds=5)
        again = (await client.get("/leaderboard?limit=100")).json()["data"]
    assert again["top_users"] == first["top_users"]
    assert await cache.zcard(BOARD) == len(ids)


async def test_an_admin_rebuilds_the_board_with_every_learner_who_has_xp(
    service: Service, truth: Truth, cache: Redis
) -> None:
    """Scenario 5: POST /leaderboard/rebuild fills Redis with every learner with XP, and the API returns them."""
    ids = await earn(service, truth, 20)
    admin = await make_admin(truth)
    await cache.flushall()
    async with service.client(admin) as client:
        answer = (await client.post("/leaderboard/rebuild")).json()
        progress = (await client.get("/leaderboard/rebuild")).json()["data"]
        board = (await client.get("/leaderboard?limit=100")).json()["data"]
    assert answer["data"]["users_count"] == len(ids)
    assert progress == {"running": False, "done": 0, "total": 0}
    assert set(await cache.zrange(BOARD, 0, -1)) == {str(learner) for learner in ids}
    assert {row["id"] for row in board["top_users"]} == set(ids)
    assert board["my_rank"] == {"rank": 0, "xp": 0}


async def earn(service: Service, truth: Truth, count: int) -> list[int]:
    """Make `count` learners who each completed a level."""
    ids = await add_learners(truth, count)
    for learner in ids:
        async with service.client(learner) as client:
            await submit(client)
    return ids


async def make_level_worth_15(service: Service, truth: Truth) -> None:
    """Change the reward as a load would, and wait until the service knows."""
    await truth.execute("UPDATE levels SET xp_reward = 15 WHERE id = 'puk_u1_l1'")
    await truth.execute("UPDATE content_state SET version = version + 1")

    async def known() -> bool:
        async with service.client() as client:
            level = (await client.get("/training/levels/puk_u1_l1")).json()
        return bool(level["xp_reward"] == 15)

    await until(known, seconds=5)
