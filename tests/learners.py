"""Learners and admins of a running service: what they do, and what PostgreSQL and Redis say of them."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx
from redis.asyncio import Redis

from scout_os.leaderboard.redis.redis_board import BOARD, META
from tests.service import Service, Truth, add_learners, attempt, until

SUBMIT = "/training/progress/submit"
LEVEL, REWARD = "puk_u1_l1", 10
"""A level that is open from the start, and what it pays."""
BOARD_SECONDS = 5
REASON = {"reason": "a test"}
TRIES = 20
PERSONAL: dict[str, object] = {
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
    "role": "admin",
}
"""A value in every column of a learner that a deletion must empty."""


@dataclass(frozen=True)
class Admin:
    """An admin's client, by what admins do."""

    id: int
    http: httpx.AsyncClient

    async def correct(self, learner: int, amount: int, **more: Any) -> httpx.Response:
        return await self.http.post(f"/admin/users/{learner}/corrections", json=REASON | {"amount": amount} | more)

    async def suspend(self, learner: int) -> httpx.Response:
        return await self.http.put(f"/admin/users/{learner}/suspension", json=REASON)

    async def restore(self, learner: int) -> httpx.Response:
        return await self.http.request("DELETE", f"/admin/users/{learner}/suspension", json=REASON)

    async def delete(self, learner: int) -> httpx.Response:
        return await self.http.delete(f"/admin/users/{learner}")


async def submit(
    client: httpx.AsyncClient, level_id: str = LEVEL, correct: int = 5, key: str | None = None
) -> dict[str, Any]:
    """A submission that must be answered 200, and its answer."""
    headers = {"Idempotency-Key": key} if key else {}
    answer = await client.post(SUBMIT, json=attempt(level_id, correct), headers=headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def start_attempt(client: httpx.AsyncClient, level_id: str) -> dict[str, Any]:
    """A new attempt, as it is handed out."""
    answer = await client.post(f"/training/levels/{level_id}/attempts")
    assert answer.status_code == 201, answer.text
    started: dict[str, Any] = answer.json()
    return started


async def submit_answers(
    client: httpx.AsyncClient, level_id: str, answers: dict[str, Any], attempt_id: str | None, key: str | None = None
) -> httpx.Response:
    """The answers to an attempt; what comes of it is the caller's to check."""
    body = {"level_id": level_id, "answers": answers, "attempt_id": attempt_id}
    return await client.post(SUBMIT, json=body, headers={"Idempotency-Key": key} if key else {})


async def insist(
    client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
) -> httpx.Response:
    """Ask again after each 503, as a client may: everything asked here is safe to repeat."""
    for _ in range(TRIES):
        answer = await client.request(method, path, json=body, headers=headers)
        if answer.status_code != 503:
            return answer
        await asyncio.sleep(random.uniform(0.05, 0.3))
    raise AssertionError(f"{method} {path} stayed unavailable")


async def give(truth: Truth, learner: int, amount: int) -> None:
    """XP from before the test, with its row in the ledger."""
    await give_all(truth, {learner: amount})


async def give_all(truth: Truth, amounts: dict[int, int]) -> None:
    """XP from before the test for many learners at once."""
    await truth.execute(
        """
        WITH given AS (INSERT INTO xp_ledger (user_id, source, amount, submission_id)
                       SELECT id, 'level:from_before', xp, gen_random_uuid()
                         FROM unnest($1::bigint[], $2::bigint[]) AS g (id, xp) RETURNING user_id, amount)
           , queued AS (INSERT INTO board_outbox (user_id) SELECT user_id FROM given)
        UPDATE users SET total_xp = total_xp + amount FROM given WHERE id = user_id
        """,
        list(amounts),
        list(amounts.values()),
    )


async def row_of(truth: Truth, learner: int) -> dict[str, Any]:
    """The learner's row."""
    row = await truth.fetchrow("SELECT * FROM users WHERE id = $1", learner)
    assert row is not None
    return dict(row)


async def untrue_totals(truth: Truth) -> int:
    """How many learners' totals are not the sum of their ledger rows."""
    count: int = await truth.fetchval(
        """
        SELECT count(*) FROM users u
         WHERE total_xp <> (SELECT coalesce(sum(amount), 0) FROM xp_ledger x WHERE x.user_id = u.id)
        """
    )
    return count


async def board_of_postgres(truth: Truth) -> dict[str, int]:
    """Who should be on the board, with how much."""
    shown = "is_active AND NOT is_suspended AND NOT is_hidden AND total_xp > 0"
    rows = await truth.fetch(f"SELECT id::text, total_xp FROM users WHERE {shown}")
    return {row["id"]: row["total_xp"] for row in rows}


async def board_of_redis(cache: Redis) -> dict[str, int]:
    """Who is in the set, with how much."""
    rows: Any = await cache.zrange(BOARD, 0, -1, withscores=True)
    return {member: int(score) for member, score in rows}


async def until_board_follows(truth: Truth, cache: Redis, *, seconds: float = BOARD_SECONDS) -> None:
    """Until Redis holds just what PostgreSQL says, with nothing in the outbox and no rebuild under way."""

    async def follows() -> bool:
        if await truth.fetchval("SELECT count(*) FROM board_outbox"):
            return False
        link = await truth.fetchval("SELECT link FROM board_state WHERE builder IS NULL")
        is_whole = link is not None and await cache.hget(META, "link") == link
        return is_whole and await board_of_redis(cache) == await board_of_postgres(truth)

    await until(follows, seconds=seconds)


async def make_canary(service: Service, truth: Truth) -> int:
    """A learner with something in every column and every table."""
    [learner] = await add_learners(truth, 1)
    sets = ", ".join(f"{column} = ${number}" for number, column in enumerate(PERSONAL, 2))
    await truth.execute(f"UPDATE users SET {sets} WHERE id = $1", learner, *PERSONAL.values())
    async with service.client(learner) as client:
        for level, key in ((LEVEL, "canary-key"), ("puk_u2_l1", "canary-key-2")):
            await submit(client, level, key=key)
    return learner


async def make_admin(truth: Truth, username: str = "kepala") -> int:
    """A new admin's id."""
    sql = "INSERT INTO users (username, name, role) VALUES ($1, 'Kak Rina', 'admin') RETURNING id"
    admin: int = await truth.fetchval(sql, username)
    return admin


async def shown_board(service: Service, asker: int | None = None) -> list[tuple[int, int, int]]:
    """What the API shows: (rank, id, XP)."""
    async with service.client(asker) as client:
        data = (await client.get("/leaderboard?limit=100")).json()["data"]
    return [(row["rank"], row["id"], row["xp"]) for row in data["top_users"]]
