"""A learner's acknowledged XP is in their next answer, whichever worker acknowledged it."""

from __future__ import annotations

from redis.asyncio import Redis

from scout_os.gamification.board import BOARD
from tests.service import Service, Truth, add_learners, attempt, until


async def drained(truth: Truth) -> bool:
    """Whether nothing waits for the drain."""
    return not await truth.fetchval("SELECT count(*) FROM board_outbox")


async def test_an_older_own_total_in_redis_is_not_served(service: Service, truth: Truth, cache: Redis) -> None:
    """Another worker acknowledged an award and has not told Redis yet: the learner sees it all the same, from PostgreSQL."""
    [learner, other] = await add_learners(truth, 2)
    async with service.client(other) as client:
        await client.post("/training/progress/submit", json=attempt("nav_u1_l1", 5))
    async with service.client(learner) as client:
        paid = (await client.post("/training/progress/submit", json=attempt("puk_u1_l1", 5))).json()["total_xp"]
        await until(lambda: drained(truth), seconds=5)  # or the drain would mend what comes now
        await cache.zadd(BOARD, {str(learner): paid - 5})
        for path in ("/leaderboard", "/leaderboard/me"):
            data = (await client.get(path)).json()["data"]
            assert (data["my_rank"]["xp"], data["meta"]["source"]) == (paid, "postgres")
    async with service.client(other) as client:
        assert (await client.get("/leaderboard/me")).json()["data"]["meta"]["source"] == "redis"
