"""Many submissions at once: every one is answered, every level is paid once, and every sum is right."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any

import httpx
from redis.asyncio import Redis

from tests.learners import LEVEL, REWARD, SUBMIT, submit, until_board_follows, untrue_totals
from tests.service import Service, Truth, add_learners, attempt, token

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
    service: Service, rival: Service, truth: Truth
) -> None:
    """Failed and passed attempts and replays of 25 levels, shuffled: the total is the ledger's sum and that of what was paid."""
    [learner] = await add_learners(truth, 1)
    attempts = [(level, correct) for level in FIRST_LEVELS for correct in (0, 5, 5, 2)]
    random.Random(7).shuffle(attempts)
    async with service.client(learner) as client, rival.client(learner) as other:
        answers = await submit_all((client, other), attempts)
        total = (await client.get("/users/me")).json()["data"]["total_xp"]
    paid = {answer["level_id"]: answer["xp_earned"] for answer in answers if answer["xp_earned"]}
    assert total == await rewards(truth, FIRST_LEVELS) == sum(answer["xp_earned"] for answer in answers)
    assert paid.keys() == set(FIRST_LEVELS)
    assert {row["attempts"] for row in await truth.fetch("SELECT attempts FROM user_progress")} == {4}
    assert await ledger_sums(truth) == {learner: total}


async def test_25_levels_of_one_learner_at_once(service: Service, rival: Service, truth: Truth, cache: Redis) -> None:
    """The first levels of all units, passed at once, add up exactly, in PostgreSQL and on the board."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client, rival.client(learner) as other:
        answers = await submit_all((client, other), [(level, 5) for level in FIRST_LEVELS])
        mine = (await client.get("/leaderboard")).json()["data"]["my_rank"]
    total = await rewards(truth, FIRST_LEVELS)
    assert sum(answer["xp_earned"] for answer in answers) == max(answer["total_xp"] for answer in answers) == total
    assert len({answer["total_xp"] for answer in answers}) == 25  # each saw those before it, and itself
    assert mine == {"rank": 1, "xp": total}
    assert await ledger_sums(truth) == {learner: total}
    await until_board_follows(truth, cache)


async def test_200_learners_at_once(service: Service, truth: Truth, cache: Redis) -> None:
    """Two hundred learners who submit at one moment are all paid, and the board is complete and right soon after."""
    learners = await add_learners(truth, 200)
    levels = [FIRST_LEVELS[n % len(FIRST_LEVELS)] for n in range(200)]
    async with service.client() as client:
        answers = await asyncio.gather(
            *(
                client.post(SUBMIT, json=attempt(level, 5), headers={"Authorization": f"Bearer {token(learner)}"})
                for learner, level in zip(learners, levels, strict=True)
            )
        )
        assert Counter(answer.status_code for answer in answers) == {200: 200}
        await until_board_follows(truth, cache)
        rows = (await client.get("/leaderboard", params={"limit": 100})).json()["data"]["top_users"]
    assert await ledger_sums(truth) == {
        learner: answer.json()["total_xp"] for learner, answer in zip(learners, answers, strict=True)
    }
    totals = list((await ledger_sums(truth)).values())
    assert len(rows) == 100
    assert all(row["rank"] == 1 + sum(total > row["xp"] for total in totals) for row in rows)


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
