"""Privacy: what others see, what is held of a learner, and what is left after an erasure."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from redis.asyncio import Redis

from tests.learners import (
    SUBMIT,
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
from tests.service import Service, Truth, add_learners, attempt, token, until

PASSWORD = "a tent by the river"
ACCOUNT = {"name": "Budi", "username": "budi", "password": PASSWORD}


async def test_the_board_shows_no_more_than_it_must(service: Service, truth: Truth) -> None:
    """A row of the board is rank, id, display name, XP, avatar and level; nothing else of a learner is in the answer."""
    learner = await make_canary(service, truth)
    async with service.client() as guest:
        answer = await guest.get("/leaderboard")
    [row] = answer.json()["data"]["top_users"]
    assert set(row) == {"rank", "id", "name", "xp", "avatar", "level"}
    assert row["id"] == learner
    for secret in ("canary-burung", "canary-hash", "canary-01.001", "Jayapura", "2026-01"):
        assert secret not in answer.text


async def test_hiding_closes_the_gap_at_once(service: Service, truth: Truth, cache: Redis) -> None:
    """A hidden learner is in no answer from then on, others move up, XP goes on, and coming back shows all of it."""
    first, second, third = await add_learners(truth, 3)
    await give_all(truth, {first: 300, second: 200, third: 100})
    await until_board_follows(truth, cache)
    async with service.client(second) as client:
        assert (await client.get("/me/board-visibility")).json()["data"] == {"visible": True}
        for _ in range(2):  # again changes nothing
            hidden = await client.put("/me/board-visibility", json={"visible": False})
            assert (hidden.status_code, hidden.json()["data"]) == (200, {"visible": False})
            assert await shown_board(service) == [(1, first, 300), (2, third, 100)]
        assert (await row_of(truth, second))["board_era"] == 1
        assert (await submit(client))["total_xp"] == 210
        await until_board_follows(truth, cache)
        assert str(second) not in await board_of_redis(cache)
        assert await shown_board(service) == [(1, first, 300), (2, third, 100)]
        await client.put("/me/board-visibility", json={"visible": True})
        assert await shown_board(service) == [(1, first, 300), (2, second, 210), (3, third, 100)]
    await until_board_follows(truth, cache)


async def test_hiding_and_learning_at_once(service: Service, truth: Truth, learner: int, cache: Redis) -> None:
    """Of a learner who hides and shows while earning, the board ends up as PostgreSQL says."""
    levels = [f"puk_u{unit}_l1" for unit in range(1, 6)]
    async with service.client(learner) as client:
        await asyncio.gather(
            *(client.post(SUBMIT, json=attempt(level, 5)) for level in levels),
            *(client.put("/me/board-visibility", json={"visible": turn % 2 == 0}) for turn in range(6)),
        )
    await until_board_follows(truth, cache)
    assert await untrue_totals(truth) == 0


async def test_the_suspended_cannot_show_themselves(service: Service, truth: Truth, learner: int) -> None:
    """Whoever an operator took off the board stays off it, whatever they wish."""
    await give(truth, learner, 100)
    await truth.execute("UPDATE users SET is_suspended = true, board_era = board_era + 1 WHERE id = $1", learner)
    async with service.client(learner) as client:
        await client.put("/me/board-visibility", json={"visible": False})
        await client.put("/me/board-visibility", json={"visible": True})
    assert not (await row_of(truth, learner))["on_board"]


async def test_the_export_forgets_no_table(service: Service, truth: Truth) -> None:
    """Every table that says whose a row is, also one added later, is in the export, with every row; no hash is."""
    learner = await make_canary(service, truth)
    await fill(truth, learner)
    async with service.client(learner) as client, truth.transaction():
        await truth.execute("SELECT FROM board_state FOR UPDATE")  # the relay waits, and the outbox keeps its rows
        await submit(client, "puk_u3_l1")
        answer = await client.get("/me/export")
        counts = {
            table: await truth.fetchval(f"SELECT count(*) FROM {table} WHERE user_id = $1", learner)
            for table in await owned_tables(truth)
        }
    assert answer.headers["cache-control"] == "no-store"
    data = answer.json()["data"]
    assert "canary-hash" not in answer.text
    assert data["profile"]["username"] == "canary-burung"
    assert data["profile"]["has_password"] is True
    assert {table: len(rows) for table, rows in data["records"].items()} == counts
    assert all(counts.values()), f"{counts}: give the learner of this test a row in each, in fill()"
    columns = await truth.fetch("SELECT column_name FROM information_schema.columns WHERE table_name = 'users'")
    assert set(data["profile"]) == {row["column_name"] for row in columns} - {"password_hash"} | {"has_password"}


async def test_an_erasure_forgets_no_table(service: Service, truth: Truth) -> None:
    """Every table that says whose a row is, also one added later, is empty of the erased but for the ledger."""
    learner = await make_canary(service, truth)
    await fill(truth, learner)
    await truth.execute("UPDATE users SET password_hash = NULL WHERE id = $1", learner)
    async with service.client(learner) as client:
        receipt = await client.request("DELETE", "/me")
    assert receipt.status_code == 200, receipt.text

    async def only_the_ledger_is_left() -> bool:
        counts = {
            table: await truth.fetchval(f"SELECT count(*) FROM {table} WHERE user_id = $1", learner)
            for table in await owned_tables(truth)
        }
        return {table for table, count in counts.items() if count} == {"xp_ledger"}

    await until(only_the_ledger_is_left, seconds=5)
    # Of the time zones one is Atlantic/Canary.
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'time_zones'"
    for table in await truth.fetch(tables):
        held = f"SELECT count(*) FROM {table['tablename']} t WHERE t::text ILIKE '%canary%'"
        assert await truth.fetchval(held) == 0, table
    assert await untrue_totals(truth) == 0
    assert "canary" not in receipt.text


async def test_erasing_takes_the_password(service: Service, truth: Truth) -> None:
    """Without the password, or with a wrong one, a token erases nobody; with it, the token is dead at once."""
    async with service.client() as client:
        made = (await client.post("/auth/register", json=ACCOUNT)).json()["data"]
        client.headers["Authorization"] = f"Bearer {made['access_token']}"
        for proof in (None, {}, {"password": None}, {"password": "guessed"}, {"password": ""}):
            refused = await erase(client, proof)
            code = "wrong_password" if proof and proof["password"] is not None else "not_proven"
            assert (refused.status_code, refused.json()["code"]) == (403, code)
        assert await truth.fetchval("SELECT name FROM users") == "Budi"
        receipt = await erase(client, {"password": PASSWORD})
        assert receipt.status_code == 200
        data = receipt.json()["data"]
        assert data["user_id"] == made["user"]["id"]
        assert {"receipt_id", "erased_at", "erased", "kept"} < set(data)
        assert (await client.post(SUBMIT, json=attempt("puk_u1_l1", 5))).status_code == 401
        assert (await client.get("/users/me")).status_code == 401
        again = await client.post("/auth/register", json=ACCOUNT)
        assert again.status_code == 201
        assert again.json()["data"]["user"]["id"] != made["user"]["id"]


async def test_logging_out_after_an_erasure_leaves_nothing(service: Service, truth: Truth) -> None:
    """A client that logs out when the account is gone, while its token is still believed, leaves no row behind."""
    async with service.client() as client:
        made = (await client.post("/auth/register", json=ACCOUNT)).json()["data"]
        client.headers["Authorization"] = f"Bearer {made['access_token']}"
        assert (await erase(client, {"password": PASSWORD})).status_code == 200
        assert (await client.post("/auth/logout")).status_code in {200, 401}
        assert await truth.fetchval("SELECT count(*) FROM revoked_tokens") == 0


async def test_an_account_without_a_password_needs_a_fresh_token(service: Service, learner: int) -> None:
    """Where there is no password, a token of eleven minutes ago erases nobody, one of nine minutes ago does."""
    for minutes, status in ((11, 403), (9, 200)):
        async with service.client() as client:
            client.headers["Authorization"] = f"Bearer {token(learner, minutes_ago=minutes)}"
            assert (await erase(client, None)).status_code == status


async def erase(client: httpx.AsyncClient, proof: dict[str, Any] | None) -> httpx.Response:
    """Ask for one's own erasure."""
    return await client.request("DELETE", "/me", json=proof)


async def owned_tables(truth: Truth) -> list[str]:
    """Every table that says whose a row is, but the one that tells workers, for a day, whose sessions may have ended."""
    rows = await truth.fetch(
        """SELECT table_name FROM information_schema.columns
            WHERE table_schema = 'public' AND column_name = 'user_id' AND table_name <> 'access_changes' ORDER BY 1"""
    )
    return [row["table_name"] for row in rows]


async def fill(truth: Truth, learner: int) -> None:
    """A row in the tables that ordinary submissions do not write to."""
    await truth.execute(
        """INSERT INTO graded_attempts (user_id, attempt_id, level_id, issued_at, graded_at, correct_answers, passed)
           VALUES ($1, gen_random_uuid(), 'puk_u1_l1', now(), now(), 5, true)""",
        learner,
    )
    await truth.execute(
        "INSERT INTO revoked_tokens (token_id, user_id, expires_at) VALUES ('\\x0123', $1, now())", learner
    )
    await truth.execute(
        """INSERT INTO password_codes (user_id, code_hash, token_generation, issued_at)
           VALUES ($1, 'canary-hash', 0, now())""",
        learner,
    )
    await truth.execute(
        "INSERT INTO user_identities (provider, subject, user_id) VALUES ('google', 'canary-subject', $1)", learner
    )
    await truth.execute(
        """WITH address AS (INSERT INTO known_addresses (pair, user_id) VALUES ('\\x01', $1))
           INSERT INTO sign_ups (key, user_id, request) VALUES ('\\x02', $1, '\\x03')""",
        learner,
    )
    await truth.execute(
        """INSERT INTO review_flags (user_id, kind, evidence, first_seen_at, last_seen_at, closed_at, closed_by, verdict, note)
           VALUES ($1, 'burst', '{"levels_a_minute": 9}', now(), now(), now(), 'cli', 'cleared', 'canary')""",
        learner,
    )
