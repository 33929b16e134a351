"""Retries and rivals: idempotency keys, and two devices at one level."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import httpx

from tests.learners import LEVEL, REWARD, SUBMIT, insist, untrue_totals
from tests.service import Service, Truth, add_learners, attempt, token, until_waiting

ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "200"))


async def test_two_devices_pass_one_level_at_the_same_moment(service: Service, rival: Service, truth: Truth) -> None:
    """In every round both devices are answered 200 with the same total, one is paid, and the other earned 0."""
    learners = await add_learners(truth, ROUNDS)
    start = asyncio.Barrier(2)

    async def device(client: httpx.AsyncClient, key: str) -> httpx.Response:
        await start.wait()
        return await send(client, key)

    async with service.client() as phone, rival.client() as tablet:
        for learner in learners:
            phone.headers["Authorization"] = tablet.headers["Authorization"] = f"Bearer {token(learner)}"
            answers = await asyncio.gather(device(phone, "phone"), device(tablet, "tablet"))
            assert [answer.status_code for answer in answers] == [200, 200]
            assert sorted(answer.json()["xp_earned"] for answer in answers) == [0, REWARD]
            assert {answer.json()["total_xp"] for answer in answers} == {REWARD}
    rows = await truth.fetch("SELECT user_id, source, amount FROM xp_ledger ORDER BY user_id")
    assert [tuple(row) for row in rows] == [(learner, f"level:{LEVEL}", REWARD) for learner in learners]
    assert await attempts(truth) == dict.fromkeys(learners, 2)
    assert await untrue_totals(truth) == 0


async def test_one_key_twenty_times_at_once(service: Service, rival: Service, truth: Truth) -> None:
    """Twenty requests with one key get one answer, byte for byte, and count as one attempt; so does a later one."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client, rival.client(learner) as other:
        answers = await meet(truth, learner, *(send(one, "same") for one in (client, other) * 10))
        answers.append(await send(client, "same"))
        await send(client, "another")  # changes what a fresh answer would say, not what is kept
        answers.append(await send(client, "same"))
    assert Counter(answer.status_code for answer in answers) == {200: 22}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["xp_earned"] == REWARD
    assert await attempts(truth) == {learner: 2}
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 1
    assert await untrue_totals(truth) == 0


async def test_one_key_for_two_requests(service: Service, rival: Service, truth: Truth) -> None:
    """A key that comes again with another body is refused with 422 and counts for nothing, also in a race."""
    learners = await add_learners(truth, 3)
    for learner in learners:
        async with service.client(learner) as client, rival.client(learner) as other:
            answers = await meet(truth, learner, send(client, "key", correct=5), send(other, "key", correct=4))
            assert sorted(answer.status_code for answer in answers) == [200, 422]
            [refused] = [answer for answer in answers if answer.status_code == 422]
            assert refused.json()["code"] == "idempotency_key_reused"
            assert (await send(client, "key", level="puk_u2_l1")).status_code == 422
    assert await attempts(truth) == dict.fromkeys(learners, 1)
    assert {row["total_xp"] for row in await truth.fetch("SELECT total_xp FROM users")} == {REWARD}
    assert await untrue_totals(truth) == 0


async def meet(truth: Truth, learner: int, *requests: Coroutine[Any, Any, httpx.Response]) -> list[httpx.Response]:
    """Hold the learner's row until both workers wait for it with what they were asked: each has then seen nobody before it."""
    async with truth.transaction():
        await truth.execute("SELECT FROM users WHERE id = $1 FOR UPDATE", learner)
        waiting = [asyncio.create_task(request) for request in requests]
        await until_waiting(truth, 2)
        await asyncio.sleep(0.2)  # and those behind them in each worker
        assert not any(task.done() for task in waiting)
    return await asyncio.gather(*waiting)


async def send(client: httpx.AsyncClient, key: str, *, level: str = LEVEL, correct: int = 5) -> httpx.Response:
    """A submission under a key, sent again while the service is busy."""
    return await insist(client, "POST", SUBMIT, attempt(level, correct), {"Idempotency-Key": key})


async def attempts(truth: Truth) -> dict[int, int]:
    """How many attempts of each learner were counted."""
    rows = await truth.fetch("SELECT user_id, sum(attempts)::int AS attempts FROM user_progress GROUP BY user_id")
    return {row["user_id"]: row["attempts"] for row in rows}
