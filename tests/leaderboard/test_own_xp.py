"""A learner's acknowledged XP is in their next answer, whichever worker acknowledged it."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from scout_os.leaderboard.redis.redis_board import BOARD
from tests.service import Service, Truth, add_learners, attempt, board_until_redis, until

SUBMIT = "/training/progress/submit"


async def drained(truth: Truth) -> bool:
    """Whether nothing waits for the drain."""
    return not await truth.fetchval("SELECT count(*) FROM board_outbox")


@pytest.mark.parametrize("key", [None, "once"])
async def test_an_answer_that_pays_nothing_brings_the_board_up_to_what_it_tells(
    service: Service, truth: Truth, cache: Redis, key: str | None
) -> None:
    """The worker that paid died before it told Redis; the retry's answer brings it."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        if key:
            client.headers["Idempotency-Key"] = key
        paid = (await client.post(SUBMIT, json=attempt("puk_u1_l1", 5))).json()["total_xp"]
        await until(lambda: drained(truth), seconds=5)  # or the drain would mend what comes now
        await cache.zadd(BOARD, {str(learner): paid - 5})
        again = await client.post(SUBMIT, json=attempt("puk_u1_l1", 5))
        assert again.json()["total_xp"] == paid
        for path in ("/leaderboard", "/leaderboard/me"):
            assert {data["my_rank"]["xp"] for data in await board_until_redis(client, path)} == {paid}
