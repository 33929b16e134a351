"""Many submissions at once: every one is answered, every level is paid once, and every sum is right."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import httpx
from redis.asyncio import Redis

from tests.learners import LEVEL, REWARD, submit, until_board_follows, untrue_totals
from tests.service import Service, Truth, add_learners

FIRST_LEVELS = [f"{section}_u{unit}_l1" for section in ("puk", "ppgd", "nav", "tali", "sandi") for unit in range(1, 6)]


async def test_one_level_fifty_times_at_once(service: Service, rival: Service, truth: Truth) -> None:
    """Fifty submissions of one level at once are fifty answers, fifty attempts, and one payment."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client, rival.client(learner) as other:
        answers = await submit_all((client, other), [(LEVEL, 5)] * 50)
    assert Counter(answer["xp_earned"] for answer in answers) == {REWARD: 1, 0: 49}
    assert {answer["total_xp"] for answer in answers} == {REWARD}
    assert {answer["status"] for answer in answers} == {"COMPLETED"}
    rows = await truth.fetch("SELECT status, xp_earned, attempts FROM user_progress")
    assert [tuple(row) for row in rows] == [("COMPLETED", REWARD, 50)]
    assert await ledger_sums(truth) == {learner: REWARD}


async def test_a_hundred_mixed_submissions_of_one_learner_at_once(
    service: Service, rival: Service, truth: Truth, cache: Redis
) -> None:
    """Failed and passed attempts and replays of 25 levels, shuffled: total, ledger, board and what was paid are one sum."""
    [learner] = await add_learners(truth, 1)
    attempts = [(level, correct) for level in FIRST_LEVELS for correct in (0, 5, 5, 2)]
    random.Random(7).shuffle(attempts)
    async with service.client(learner) as client, rival.client(learner) as other:
        answers = await submit_all((client, other), attempts)
        total = (await client.get("/users/me")).json()["data"]["total_xp"]
        mine = (await client.get("/leaderboard")).json()["data"]["my_rank"]
    paid = {answer["level_id"]: answer["xp_earned"] for answer in answers if answer["xp_earned"]}
    assert total == await rewards(truth, FIRST_LEVELS) == sum(answer["xp_earned"] for answer in answers)
    assert paid.keys() == set(FIRST_LEVELS)
    assert {row["attempts"] for row in await truth.fetch("SELECT attempts FROM user_progress")} == {4}
    assert mine == {"rank": 1, "xp": total}
    assert await ledger_sums(truth) == {learner: total}
    await until_board_follows(truth, cache)


async def submit_all(
    clients: tuple[httpx.AsyncClient, httpx.AsyncClient], attempts: list[tuple[str, int]]
) -> list[dict[str, Any]]:
    """Submit all of them at once, to two workers in turn."""
    return await asyncio.gather(*(submit(clients[turn % 2], *pair) for turn, pair in enumerate(attempts)))


async def rewards(truth: Truth, levels: list[str]) -> int:
    """What these levels pay together."""
    total: int = await truth.fetchval("SELECT sum(xp_reward) FROM levels WHERE id = ANY ($1::text[])", levels)
    return total


async def ledger_sums(truth: Truth) -> dict[int, int]:
    """Each learner's sum of the ledger, which must be their total."""
    assert await untrue_totals(truth) == 0
    rows = await truth.fetch("SELECT user_id, sum(amount)::bigint AS total FROM xp_ledger GROUP BY user_id")
    return {row["user_id"]: row["total"] for row in rows}
