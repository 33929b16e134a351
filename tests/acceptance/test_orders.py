"""Requests that arrive in another order than they were sent: what they leave behind does not tell the order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from itertools import permutations
from typing import Any, NamedTuple

import httpx
import pytest
from redis.asyncio import Redis

from chaos.check.board import read_members
from tests.learners import SUBMIT, until_board_follows
from tests.service import Service, Truth, add_learners, attempt, token


class Step(NamedTuple):
    """One submission of a learner."""

    level: str
    correct: int
    key: str | None


ONE, OTHER = "puk_u1_l1", "puk_u2_l1"
STEPS = [Step(ONE, 5, "a"), Step(ONE, 5, None), Step(ONE, 2, None), Step(OTHER, 5, None), Step(OTHER, 1, "b")]
"""A pass, a pass and a fail again, a pass and a fail of another level; both levels are open from the start."""
STATE = """
    SELECT u.id, u.total_xp, u.streak, u.longest_streak, u.last_active_date,
           (SELECT jsonb_agg(jsonb_build_array(source, amount) ORDER BY source) FROM xp_ledger WHERE user_id = u.id) AS ledger,
           (SELECT jsonb_agg(jsonb_build_array(level_id, status, xp_earned, correct_answers, score, total_questions, attempts)
                             ORDER BY level_id) FROM user_progress WHERE user_id = u.id) AS progress,
           (SELECT array_agg(day) FROM activity_days WHERE user_id = u.id) AS days,
           (SELECT array_agg(key ORDER BY key) FROM idempotency_keys WHERE user_id = u.id) AS keys
      FROM users u WHERE u.id = ANY ($1::bigint[])
"""


@pytest.fixture
async def at_noon(service: Service, truth: Truth) -> Truth:
    """Learners of this database live where it is noon, so that no midnight comes between two of their requests."""
    zone = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
    await truth.execute(f"ALTER TABLE users ALTER COLUMN timezone SET DEFAULT '{zone}'")
    return truth


async def test_all_orders_of_five_submissions_end_alike(service: Service, at_noon: Truth, cache: Redis) -> None:
    """All 120 orders of five submissions, with and without keys, leave the same learner, ledger, progress and place."""
    orders = list(permutations(STEPS))
    learners = await add_learners(at_noon, len(orders))

    async def walk(learner: int, order: tuple[Step, ...]) -> None:
        for step in order:
            await send(client, learner, step)

    async with service.client() as client:
        await asyncio.gather(*map(walk, learners, orders))
        await all_alike(client, at_noon, cache, learners)


async def send(client: httpx.AsyncClient, learner: int, step: Step) -> None:
    """One step of a learner."""
    headers = {"Authorization": f"Bearer {token(learner)}"} | ({"Idempotency-Key": step.key} if step.key else {})
    answer = await client.post(SUBMIT, json=attempt(step.level, step.correct), headers=headers)
    assert answer.status_code == 200, answer.text


async def all_alike(client: httpx.AsyncClient, truth: Truth, cache: Redis, learners: list[int]) -> None:
    """The same in PostgreSQL, on the board, and as the learner sees it; and what it must be."""
    ends: list[dict[str, Any]] = [dict(row) for row in await truth.fetch(STATE, learners)]
    assert len({end.pop("id") for end in ends}) == len(learners)
    first = ends[0]
    assert (first["total_xp"], first["streak"], first["keys"]) == (20, 1, ["a", "b"])
    assert [end for end in ends if end != first] == []
    await until_board_follows(truth, cache)
    assert dict(await read_members(cache)) == dict.fromkeys(learners, 20)
    paths = []
    for learner in learners:
        headers = {"Authorization": f"Bearer {token(learner)}"}
        answer = await client.get("/training/progress/state", params={"section_id": "puk"}, headers=headers)
        paths.append(answer.json()["progress"])
    assert all(path == paths[0] for path in paths)
    assert [paths[0][level] for level in (ONE, OTHER)] == ["COMPLETED", "COMPLETED"]
