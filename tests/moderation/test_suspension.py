"""Suspension: off the board at once, XP kept, and back again."""

from __future__ import annotations

from redis.asyncio import Redis

from tests.moderation.serving import (
    SUBMIT,
    Admin,
    board_of_redis,
    give,
    row_of,
    shown_board,
    until_board_follows,
    untrue_totals,
)
from tests.service import Service, Truth, add_learners, attempt


async def test_others_close_the_gap_and_restoring_opens_it(
    service: Service, admin: Admin, truth: Truth, cache: Redis
) -> None:
    """A suspended learner is gone from the next answer and others move up; restored, all is as before."""
    first, second, third = await add_learners(truth, 3)
    for learner, xp in ((first, 300), (second, 200), (third, 100)):
        await give(truth, learner, xp)
    await until_board_follows(truth, cache)

    suspended = await admin.suspend(second)
    assert suspended.json()["data"] == {"user_id": second, "is_suspended": True, "total_xp": 200, "board_era": 1}
    assert await shown_board(service) == [(1, first, 300), (2, third, 100)]
    async with service.client(third) as client:
        assert (await client.get("/leaderboard/me")).json()["data"]["my_rank"] == {"rank": 2, "xp": 100}
    await until_board_follows(truth, cache)
    assert str(second) not in await board_of_redis(cache)

    restored = await admin.restore(second)
    assert restored.json()["data"] == {"user_id": second, "is_suspended": False, "total_xp": 200, "board_era": 2}
    assert await shown_board(service) == [(1, first, 300), (2, second, 200), (3, third, 100)]
    await until_board_follows(truth, cache)


async def test_a_second_time_changes_nothing(admin: Admin, truth: Truth) -> None:
    """Suspending the suspended and restoring the restored writes nothing and raises no era."""
    [learner] = await add_learners(truth, 1)
    untouched = await truth.fetchval("SELECT xmin::text FROM users WHERE id = $1", learner)
    assert (await admin.restore(learner)).json()["data"]["board_era"] == 0
    assert await truth.fetchval("SELECT xmin::text FROM users WHERE id = $1", learner) == untouched
    answers = [await admin.suspend(learner), await admin.suspend(learner)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["data"] == answers[1].json()["data"]
    assert (await row_of(truth, learner))["board_era"] == 1


async def test_xp_earned_while_suspended_counts_afterwards(
    service: Service, admin: Admin, truth: Truth, cache: Redis
) -> None:
    """A suspended learner learns on, never shows meanwhile, and comes back with all of it."""
    [learner] = await add_learners(truth, 1)
    await give(truth, learner, 50)
    await admin.suspend(learner)
    async with service.client(learner) as client:
        assert (await client.get("/users/me")).status_code == 200
        paid = (await client.post(SUBMIT, json=attempt("puk_u1_l1", 5))).json()
        assert (paid["xp_earned"], paid["total_xp"]) == (10, 60)
        assert (await admin.correct(learner, 3)).json()["data"]["total_xp"] == 63
        assert (await client.get("/leaderboard/me")).json()["data"]["my_rank"] == {"rank": 0, "xp": 0}
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {}
    assert (await admin.restore(learner)).json()["data"]["total_xp"] == 63
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {str(learner): 63}
    assert await untrue_totals(truth) == 0


async def test_a_reason_is_needed(admin: Admin, truth: Truth) -> None:
    """Suspending and restoring without a reason is 422 and changes nothing."""
    [learner] = await add_learners(truth, 1)
    for method in ("PUT", "DELETE"):
        for body in ({}, {"reason": ""}, {"reason": "x" * 501}, {"reason": "why", "until": "tomorrow"}):
            answer = await admin.http.request(method, f"/admin/users/{learner}/suspension", json=body)
            assert answer.status_code == 422
    assert (await row_of(truth, learner))["board_era"] == 0
