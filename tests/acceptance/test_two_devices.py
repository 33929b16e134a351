"""One learner on two devices, over and over: the same level at the same moment, each device with a key of its own."""

from __future__ import annotations

import asyncio
import os

import httpx

from tests.acceptance.test_races_keys import LEVEL, REWARD, attempts, send
from tests.moderation.serving import untrue_totals
from tests.service import Service, Truth, add_learners, token

ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "200"))


async def test_e4_two_devices_pass_one_level_at_the_same_moment(service: Service, rival: Service, truth: Truth) -> None:
    """In every round both are answered 200 with the same total, one is paid, and the other is told that it earned 0."""
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
