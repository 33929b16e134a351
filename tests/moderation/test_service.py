"""Corrections, suspensions and deletions: on record, on the board, once, and with every sum true."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from redis.asyncio import Redis

from scout_os.moderation.models import MAX_CORRECTED_XP
from scout_os.users import tables
from tests.learners import (
    Admin,
    board_of_redis,
    give,
    give_all,
    make_canary,
    row_of,
    shown_board,
    submit,
    until_board_follows,
    untrue_totals,
)
from tests.service import Service, Truth, add_learners


async def test_up_and_down_on_record_and_on_the_board(
    service: Service, admin: Admin, truth: Truth, cache: Redis
) -> None:
    """Each correction is a ledger row with its actor and reason, raises the era, and moves the learner on the board."""
    first, second = await add_learners(truth, 2)
    await give_all(truth, {first: 100, second: 90})
    up, down = uuid4(), uuid4()
    raised = await admin.correct(second, 20, correction_id=str(up))
    assert raised.status_code == 200
    assert raised.json()["data"] == {
        "user_id": second,
        "amount": 20,
        "total_xp": 110,
        "board_era": 1,
        "correction_id": str(up),
    }
    await until_board_follows(truth, cache)
    assert await shown_board(service) == [(1, second, 110), (2, first, 100)]

    lowered = await admin.correct(second, -60, correction_id=str(down), reason="  paid twice  ")
    assert (lowered.json()["data"]["total_xp"], lowered.json()["data"]["board_era"]) == (50, 2)
    await until_board_follows(truth, cache)
    assert await shown_board(service) == [(1, first, 100), (2, second, 50)]

    rows = await truth.fetch("SELECT * FROM xp_ledger WHERE source LIKE 'correction:%' ORDER BY id")
    assert [(row["source"], row["amount"], row["reason"], row["submission_id"]) for row in rows] == [
        (f"correction:{up}", 20, "a test", up),
        (f"correction:{down}", -60, "paid twice", down),
    ]
    assert {(row["user_id"], row["actor"]) for row in rows} == {(second, f"user:{admin.id}")}
    assert await untrue_totals(truth) == 0


async def test_down_to_nothing_leaves_the_board(admin: Admin, truth: Truth, learner: int, cache: Redis) -> None:
    """A learner without XP is on no board; the next XP brings them back."""
    await give(truth, learner, 30)
    await until_board_follows(truth, cache)
    assert (await admin.correct(learner, -30)).json()["data"]["total_xp"] == 0
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {}
    assert (await admin.correct(learner, 7)).json()["data"]["total_xp"] == 7
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {str(learner): 7}


async def test_same_id_counts_once_and_answers_alike(admin: Admin, truth: Truth, learner: int) -> None:
    """However often it is sent, at once or later, an id pays once and gets its first result, also after other XP."""
    correction = {"correction_id": str(uuid4())}
    answers = await asyncio.gather(*(admin.correct(learner, 40, **correction) for _ in range(10)))
    assert [answer.status_code for answer in answers] == [200] * 10
    [first] = [answer for answer in answers if "Idempotent-Replayed" not in answer.headers]
    assert all(answer.json()["data"] == first.json()["data"] for answer in answers)

    await admin.correct(learner, 5)
    again = await admin.correct(learner, 40, **correction)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.json()["data"]["total_xp"], again.json()["data"]["amount"]) == (40, 40)
    down = uuid4()
    for _ in range(2):  # of which a second one would go below 0
        lowered = await admin.correct(learner, -45, correction_id=str(down))
        assert (lowered.status_code, lowered.json()["data"]["total_xp"]) == (200, 0)
    assert (await row_of(truth, learner))["total_xp"] == 0
    assert (await row_of(truth, learner))["board_era"] == 3
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 3


async def test_same_id_for_something_else_is_refused(admin: Admin, truth: Truth) -> None:
    """An id with another amount or reason is 422; for another learner it is another correction."""
    one, other = await add_learners(truth, 2)
    correction = {"correction_id": str(uuid4())}
    assert (await admin.correct(one, 40, **correction)).status_code == 200
    for answer in (
        await admin.correct(one, 41, **correction),
        await admin.correct(one, 40, **correction, reason="another"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "correction_id_reused")
    assert (await admin.correct(other, 40, **correction)).json()["data"]["total_xp"] == 40
    assert (await row_of(truth, one))["total_xp"] == 40


async def test_totals_stay_within_bounds(admin: Admin, truth: Truth, learner: int) -> None:
    """Below 0 and beyond 2^52 is 422, names the total, and writes nothing; the bounds themselves are allowed."""
    assert MAX_CORRECTED_XP * 2 == tables.MAX_TOTAL_XP + 1  # room for what levels pay afterwards
    await give(truth, learner, 30)
    for amount in (-31, MAX_CORRECTED_XP - 29, -MAX_CORRECTED_XP, MAX_CORRECTED_XP):
        refused = await admin.correct(learner, amount)
        assert (refused.status_code, refused.json()["code"]) == (422, "xp_out_of_range")
        assert "30 XP" in refused.json()["detail"]
    assert (await row_of(truth, learner))["board_era"] == 0
    assert (await admin.correct(learner, MAX_CORRECTED_XP - 30)).json()["data"]["total_xp"] == MAX_CORRECTED_XP
    assert (await admin.correct(learner, -MAX_CORRECTED_XP)).json()["data"]["total_xp"] == 0
    assert await untrue_totals(truth) == 0


async def test_others_close_the_gap_and_restoring_opens_it(
    service: Service, admin: Admin, truth: Truth, cache: Redis
) -> None:
    """A suspended learner is gone from the next answer and others move up; restored, all is as before."""
    first, second, third = await add_learners(truth, 3)
    await give_all(truth, {first: 300, second: 200, third: 100})
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


async def test_suspending_again_changes_nothing(admin: Admin, truth: Truth, learner: int) -> None:
    """Suspending the suspended and restoring the restored writes nothing and raises no era."""
    untouched = await truth.fetchval("SELECT xmin::text FROM users WHERE id = $1", learner)
    assert (await admin.restore(learner)).json()["data"]["board_era"] == 0
    assert await truth.fetchval("SELECT xmin::text FROM users WHERE id = $1", learner) == untouched
    answers = [await admin.suspend(learner), await admin.suspend(learner)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["data"] == answers[1].json()["data"]
    assert (await row_of(truth, learner))["board_era"] == 1


async def test_xp_earned_while_suspended_counts_afterwards(
    service: Service, admin: Admin, truth: Truth, learner: int, cache: Redis
) -> None:
    """A suspended learner learns on, never shows meanwhile, and comes back with all of it."""
    await give(truth, learner, 50)
    await admin.suspend(learner)
    async with service.client(learner) as client:
        assert (await client.get("/users/me")).status_code == 200
        paid = await submit(client)
        assert (paid["xp_earned"], paid["total_xp"]) == (10, 60)
        assert (await admin.correct(learner, 3)).json()["data"]["total_xp"] == 63
        assert (await client.get("/leaderboard/me")).json()["data"]["my_rank"] == {"rank": 0, "xp": 0}
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {}
    assert (await admin.restore(learner)).json()["data"]["total_xp"] == 63
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {str(learner): 63}
    assert await untrue_totals(truth) == 0


async def test_a_deletion_leaves_an_empty_row(service: Service, admin: Admin, truth: Truth, cache: Redis) -> None:
    """The row keeps its id, total, era and age; the ledger keeps its sums; board, progress, days and keys are gone."""
    learner = await make_canary(service, truth)
    await until_board_follows(truth, cache)
    created_at = (await row_of(truth, learner))["created_at"]
    ledger = await truth.fetch("SELECT * FROM xp_ledger ORDER BY id")

    deleted = await admin.delete(learner)
    assert (deleted.status_code, deleted.json()["data"]) == (200, {"user_id": learner, "board_era": 1})
    assert await shown_board(service) == []
    await truth.execute("INSERT INTO users (id, name) VALUES (-1, '')")
    newcomer = await row_of(truth, -1)
    await truth.execute("DELETE FROM users WHERE id = -1")
    kept = {"id": learner, "created_at": created_at, "total_xp": 20, "board_era": 1}
    assert await row_of(truth, learner) == newcomer | kept | {"is_active": False, "on_board": False}
    assert await truth.fetch("SELECT * FROM xp_ledger ORDER BY id") == ledger
    assert await untrue_totals(truth) == 0
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {}


async def test_deleting_again_changes_nothing(service: Service, admin: Admin, truth: Truth) -> None:
    """A second deletion is 200 with the same answer; a tombstone can neither be corrected nor suspended."""
    learner = await make_canary(service, truth)
    first = await admin.delete(learner)
    before = await truth.fetchrow("SELECT xmin::text, * FROM users WHERE id = $1", learner)
    again = await admin.delete(learner)
    assert (again.status_code, again.json()["data"]) == (200, first.json()["data"])
    for answer in (await admin.correct(learner, 5), await admin.suspend(learner), await admin.restore(learner)):
        assert answer.status_code == 404
    assert await truth.fetchrow("SELECT xmin::text, * FROM users WHERE id = $1", learner) == before


async def test_disabled_and_suspended_accounts_can_be_deleted(service: Service, admin: Admin, truth: Truth) -> None:
    """An account that is merely switched off still holds personal data, and loses it."""
    learner = await make_canary(service, truth)
    await admin.suspend(learner)
    await truth.execute("UPDATE users SET is_active = false WHERE id = $1", learner)
    assert (await admin.delete(learner)).status_code == 200
    row = await row_of(truth, learner)
    assert (row["username"], row["name"], row["is_suspended"], row["board_era"]) == (None, "", False, 2)


async def test_disabled_accounts_are_not_found(admin: Admin, truth: Truth, learner: int) -> None:
    """Correcting, suspending and restoring need an active account."""
    await truth.execute("UPDATE users SET is_active = false WHERE id = $1", learner)
    for answer in (await admin.correct(learner, 5), await admin.suspend(learner), await admin.restore(learner)):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_user")
