"""Adults help learners who cannot log in: who may, what they get, and what ends by it."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from scout_os.auth.readable import typed_code
from tests.learners import Admin, board_of_redis, give, make_admin, row_of, until_board_follows
from tests.logs import captured
from tests.service import Service, Truth, attempt

ROUTES = ("password", "password-code")


async def test_a_reset_password_is_shown_once_and_works(
    service: Service, admin: Admin, truth: Truth, learner: int
) -> None:
    """The learner's sessions end, the random password logs in, the log says who did it for whom, and not the password."""
    async with service.client(learner) as client:
        assert (await client.get("/users/me")).status_code == 200
        with captured("scout_os.moderation.accounts") as events:
            answer = await admin.http.post(f"/admin/users/{learner}/password")
        password = answer.json()["data"]["password"]
        refused = await client.post("/training/progress/submit", json=attempt("puk_u1_l1", 5))
        assert refused.status_code == 401
        login = await client.post("/auth/login", json={"username": "learner1", "password": password})
        assert login.status_code == 200
    [event] = events
    assert (event["event"], event["user_id"], event["actor"]) == ("password_reset", learner, f"user:{admin.id}")
    assert password not in str(events)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("route", ROUTES)
async def test_admins_are_left_to_operators(admin: Admin, truth: Truth, route: str) -> None:
    """An admin over HTTP resets neither another admin's password nor, without knowing it, the own one."""
    other = await make_admin(truth, "wakil")
    for user_id in (admin.id, other):
        refused = await admin.http.post(f"/admin/users/{user_id}/{route}")
        assert (refused.status_code, refused.json()["code"]) == (403, "admins_password")
        assert (await row_of(truth, user_id))["password_hash"] is None
    assert await truth.fetchval("SELECT count(*) FROM password_codes") == 0


@pytest.mark.parametrize("route", ROUTES)
async def test_accounts_that_cannot_log_in_get_nothing(admin: Admin, truth: Truth, learner: int, route: str) -> None:
    """A disabled account is enabled first, an erased one is gone: 404, and nothing is stored."""
    await truth.execute("UPDATE users SET is_active = false WHERE id = $1", learner)
    assert (await admin.http.post(f"/admin/users/{learner}/{route}")).status_code == 404
    await truth.execute("UPDATE users SET is_active = true WHERE id = $1", learner)
    assert (await admin.delete(learner)).status_code == 200
    assert (await admin.http.post(f"/admin/users/{learner}/{route}")).status_code == 404
    assert await truth.fetchval("SELECT count(*) FROM password_codes") == 0


async def test_the_suspended_are_helped_and_stay_off_the_board(
    service: Service, admin: Admin, truth: Truth, learner: int, cache: Redis
) -> None:
    """A suspended learner may log in, so also get a new password; the suspension goes on."""
    await give(truth, learner, 50)
    await admin.suspend(learner)
    code = (await admin.http.post(f"/admin/users/{learner}/password-code")).json()["data"]["code"]
    assert len(typed_code(code)) == 8
    body = {"username": "learner1", "code": code, "new_password": "a tent by the river"}
    async with service.client() as client:
        assert (await client.post("/auth/password/code", json=body)).status_code == 200
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {}
    assert (await row_of(truth, learner))["is_suspended"]
