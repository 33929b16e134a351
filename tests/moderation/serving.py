"""Admins and learners of a running service, and what PostgreSQL and Redis say of them."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Any

import httpx
from redis.asyncio import Redis

from scout_os.leaderboard.redis.redis_board import BOARD
from tests.service import Service, Truth, until

SUBMIT = "/training/progress/submit"
BOARD_SECONDS = 5
REASON = {"reason": "a test"}
TRIES = 20


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
    await truth.execute(
        """
        WITH x AS (INSERT INTO xp_ledger (user_id, source, amount, submission_id)
                   VALUES ($1, 'level:from_before', $2, gen_random_uuid()) RETURNING user_id, amount)
           , q AS (INSERT INTO board_outbox (user_id) SELECT user_id FROM x)
        UPDATE users SET total_xp = total_xp + x.amount FROM x WHERE id = x.user_id
        """,
        learner,
        amount,
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
    rows = await truth.fetch(
        """
        SELECT id::text, total_xp FROM users
         WHERE is_active AND NOT is_suspended AND NOT is_hidden AND total_xp > 0
        """
    )
    return {row["id"]: row["total_xp"] for row in rows}


async def board_of_redis(cache: Redis) -> dict[str, int]:
    """Who is in the set, with how much."""
    rows: Any = await cache.zrange(BOARD, 0, -1, withscores=True)
    return {member: int(score) for member, score in rows}


async def until_board_follows(truth: Truth, cache: Redis) -> None:
    """Until nothing waits in the outbox and the set equals PostgreSQL; fails after 5 s."""

    async def follows() -> bool:
        waiting = await truth.fetchval("SELECT count(*) FROM board_outbox")
        return not waiting and await board_of_redis(cache) == await board_of_postgres(truth)

    await until(follows, seconds=BOARD_SECONDS)


async def shown_board(service: Service, asker: int | None = None) -> list[tuple[int, int, int]]:
    """What the API shows: (rank, id, XP)."""
    async with service.client(asker) as client:
        data = (await client.get("/leaderboard?limit=100")).json()["data"]
    return [(row["rank"], row["id"], row["xp"]) for row in data["top_users"]]
