"""Deletion: nothing personal stays, the sums stay true, and the username is free."""

from __future__ import annotations

from datetime import date

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
from tests.service import Service, Truth, add_learners, attempt, until

TOKEN_SECONDS = 2
PERSONAL = {
    "username": "canary-burung",
    "name": "Canary Burung",
    "password_hash": "canary-hash",
    "picture_url": "https://canary.example/p.png",
    "gugus_depan": "canary-01.001",
    "timezone": "Asia/Jayapura",
    "last_active_date": date(2026, 1, 2),
    "hearts_date": date(2026, 1, 3),
    "streak": 4,
    "longest_streak": 9,
    "hearts": 2,
    "is_pro": True,
}


async def make_canary(service: Service, truth: Truth) -> int:
    """A learner with something in every column and every table."""
    [learner] = await add_learners(truth, 1)
    sets = ", ".join(f"{column} = ${number}" for number, column in enumerate(PERSONAL, 2))
    await truth.execute(f"UPDATE users SET {sets} WHERE id = $1", learner, *PERSONAL.values())
    async with service.client(learner) as client:
        for level, key in (("puk_u1_l1", "canary-key"), ("puk_u2_l1", "canary-key-2")):
            answer = await client.post(SUBMIT, json=attempt(level, 5), headers={"Idempotency-Key": key})
            assert answer.status_code == 200
    return learner


async def test_a_tombstone_is_left(service: Service, admin: Admin, truth: Truth, cache: Redis) -> None:
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


async def test_nothing_personal_is_left_in_any_table(service: Service, admin: Admin, truth: Truth) -> None:
    """No table, also none added later, holds the learner's words; only the ledger and an empty row hold the id."""
    learner = await make_canary(service, truth)
    await admin.delete(learner)

    async def drained() -> bool:
        return not await truth.fetchval("SELECT count(*) FROM board_outbox")

    await until(drained, seconds=5)
    tables = [
        row["tablename"] for row in await truth.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]
    for table in tables:
        assert await truth.fetchval(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE '%canary%'") == 0, table
    owned = await truth.fetch(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'user_id'"
    )
    holding = {
        row["table_name"]
        for row in owned
        if await truth.fetchval(f"SELECT count(*) FROM {row['table_name']} WHERE user_id = $1", learner)
    }
    assert holding == {"xp_ledger"}


async def test_the_token_dies_within_2_s(service: Service, admin: Admin, truth: Truth) -> None:
    """Whatever the learner asks for is refused: submissions at once, everything within 2 s."""
    learner = await make_canary(service, truth)
    async with service.client(learner) as client:
        assert (await client.get("/users/me")).status_code == 200
        await admin.delete(learner)
        assert (await client.post(SUBMIT, json=attempt("puk_u3_l1", 5))).status_code == 401
        assert (await client.patch("/users/me/profile", json={"full_name": "Back"})).status_code == 401
        assert (await client.put("/users/me/stats", json={})).status_code == 401
        assert (await client.get(f"/users/{learner}/hearts")).status_code == 401

        async def dead() -> bool:
            return (await client.get("/training/progress/state")).status_code == 401

        await until(dead, seconds=TOKEN_SECONDS + 0.5)
    assert (await row_of(truth, learner))["name"] == ""
    assert await truth.fetchval("SELECT count(*) FROM user_progress") == 0
    assert (await admin.http.get(f"/users/{learner}/public")).status_code == 404


async def test_again_changes_nothing(service: Service, admin: Admin, truth: Truth) -> None:
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


async def test_the_username_is_free(service: Service, admin: Admin, truth: Truth) -> None:
    """The same username makes a new account, with a new id and nothing of the old one."""
    account = {"name": "Budi", "username": "budi", "password": "rahasia-sekali"}
    async with service.client() as client:
        old = (await client.post("/auth/register", json=account)).json()["data"]["user"]["id"]
        await give(truth, old, 70)
        assert (await client.post("/auth/register", json=account)).status_code == 409
        await admin.delete(old)
        login = {name: account[name] for name in ("username", "password")}
        assert (await client.post("/auth/login", json=login)).status_code == 401
        new = await client.post("/auth/register", json=account)
        assert new.status_code == 201
        token = {"Authorization": f"Bearer {new.json()['data']['access_token']}"}
        me = (await client.get("/users/me", headers=token)).json()["data"]
    assert me["id"] != old
    assert me["total_xp"] == 0


async def test_a_deleted_admin_loses_the_role(service: Service, admin: Admin, truth: Truth) -> None:
    """An admin can delete another one, whose token then opens nothing."""
    other = await truth.fetchval("INSERT INTO users (username, name, role) VALUES ('b', 'B', 'admin') RETURNING id")
    assert (await admin.delete(other)).status_code == 200
    assert (await row_of(truth, other))["role"] == "learner"
    async with service.client(other) as client:
        assert (await client.post("/leaderboard/rebuild")).status_code == 401
