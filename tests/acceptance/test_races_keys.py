"""Retries and rivals: idempotency keys, two devices, and one name wanted by many at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import httpx

from tests.moderation.serving import insist, untrue_totals
from tests.service import Service, Truth, add_learners, attempt, until_waiting

SUBMIT = "/training/progress/submit"
LEVEL, REWARD = "puk_u1_l1", 10


async def test_two_devices_finish_one_level(service: Service, rival: Service, truth: Truth) -> None:
    """Two devices with keys of their own: both are answered 200, one is paid, the other is told 0."""
    learners = await add_learners(truth, 3)
    for learner in learners:
        async with service.client(learner) as phone, rival.client(learner) as tablet:
            answers = await meet(truth, learner, send(phone, "phone"), send(tablet, "tablet"))
        assert [answer.status_code for answer in answers] == [200, 200]
        assert sorted(answer.json()["xp_earned"] for answer in answers) == [0, REWARD]
        assert {answer.json()["total_xp"] for answer in answers} == {REWARD}
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


async def test_one_key_of_two_learners(service: Service, truth: Truth) -> None:
    """A key belongs to its learner: another one's request under it is a request of its own, even with another body."""
    one, other = await add_learners(truth, 2)
    async with service.client(one) as first, service.client(other) as second:
        answers = await asyncio.gather(
            *(send(first, "shared") for _ in range(5)), *(send(second, "shared", level="puk_u2_l1") for _ in range(5))
        )
    assert Counter(answer.status_code for answer in answers) == {200: 10}
    assert len({answer.content for answer in answers[:5]}) == len({answer.content for answer in answers[5:]}) == 1
    assert (answers[0].json()["level_id"], answers[5].json()["level_id"]) == (LEVEL, "puk_u2_l1")
    assert await attempts(truth) == {one: 1, other: 1}
    assert await untrue_totals(truth) == 0


async def test_twenty_registrations_of_one_name(service: Service, truth: Truth) -> None:
    """Of twenty who ask for one name at once, in any spelling, one gets it; the others are told 409, and no 500."""
    spellings = ["budi", "Budi", " BUDI ", "bUdI"] * 5
    async with service.client() as client:
        answers = await asyncio.gather(
            *(
                client.post("/auth/register", json={"name": f"B{n}", "username": name, "password": "tunas kelapa"})
                for n, name in enumerate(spellings)
            )
        )
        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}
        [won] = [answer.json()["data"] for answer in answers if answer.status_code == 201]
        me = await client.get("/users/me", headers={"Authorization": f"Bearer {won['access_token']}"})
    assert me.json()["data"]["id"] == won["user"]["id"]
    assert me.json()["data"]["username"] == await truth.fetchval("SELECT username FROM users") == "budi"
    assert await truth.fetchval("SELECT count(*) FROM users") == 1


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
    return await insist(client, "POST", SUBMIT, attempt(level, correct), {"Idempotency-Key": key})


async def attempts(truth: Truth) -> dict[int, int]:
    """How many attempts of each learner were counted."""
    rows = await truth.fetch("SELECT user_id, sum(attempts)::int AS attempts FROM user_progress GROUP BY user_id")
    return {row["user_id"]: row["attempts"] for row in rows}
