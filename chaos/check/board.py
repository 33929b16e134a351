"""Redis and the API held against PostgreSQL: who is on the board, in which order, with which rank."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from typing import Any, TypeAlias

import asyncpg
import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError

from chaos.check.invariants import Violation
from chaos.check.truth import Truth, connect, read_truth

BOARD = "leaderboard:training"
OWN_KEYS = {BOARD, "{leaderboard:training}:meta", "{leaderboard:training}:era"}
SHOWN = 5
SAMPLE = 50

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def read_members(redis: Redis) -> list[tuple[int, int]]:
    """The set, lowest first, as learners and totals. Raises `ValueError` for what is neither."""
    flat: Any = await redis.execute_command("ZRANGE", BOARD, 0, -1, "WITHSCORES")  # type: ignore[no-untyped-call] # redis-py
    pairs = flat if not flat or isinstance(flat[0], (list, tuple)) else zip(flat[::2], flat[1::2], strict=True)
    return [(int(user), int(float(xp))) for user, xp in pairs]


async def check_members(connection: Connection, redis: Redis) -> list[Violation]:
    """I10, I13, I14: the set is PostgreSQL's, member by member and in the same order, and says so of itself."""
    truth = await read_truth(connection)
    members = list(reversed(await read_members(redis)))
    meta = await redis.hgetall("{leaderboard:training}:meta")
    expected = [(place.user, place.total) for place in truth.places]
    found = []
    if meta.get("n") != str(len(expected)):
        found.append(Violation("I10", f"the board says n = {meta.get('n')!r}, of {len(expected)} learners"))
    if members != expected:
        found += _differences(dict(members), dict(expected), truth)
        if not found:
            found.append(Violation("I13", "the members are right and their order is not"))
    return found


async def heal_seconds(connection: Connection, redis: Redis, patience: float) -> float | None:
    """How long until the board equals PostgreSQL and nothing waits, with nobody asking for it; None: longer."""
    began = time.monotonic()
    while True:
        try:
            waiting = await connection.fetchval("SELECT count(*) FROM board_outbox")
            if not waiting and not await check_members(connection, redis):
                return time.monotonic() - began
        except (OSError, ValueError, TimeoutError, RedisError, *AWAY):
            pass  # not healed yet, then
        if time.monotonic() - began > patience:
            return None
        await asyncio.sleep(0.05)


async def heals(database: str, redis: str, patience: float) -> float | None:
    """`heal_seconds` on connections of its own."""
    connection = await connect(database)
    async with Redis.from_url(redis, decode_responses=True) as cache:
        healed = await heal_seconds(connection, cache, patience)
    await connection.close()
    return healed


async def check_ranks(connection: Connection, redis: Redis) -> list[Violation]:
    """I11: for every learner, 1 + the number of those with more, by Redis' own count."""
    truth = await read_truth(connection)
    ranks: dict[int, int] = {}
    for total in {place.total for place in truth.places}:
        ranks[total] = 1 + await redis.zcount(BOARD, f"({total}", "+inf")
    wrong = [place for place in truth.places if ranks[place.total] != place.rank]
    return [Violation("I11", f"{place} counts as {ranks[place.total]} in Redis") for place in wrong[:SHOWN]]


async def check_api(connection: Connection, api: str, tokens: Mapping[int, str], seed: int = 0) -> list[Violation]:
    """I11, I12: pages of every length and a sample of learners' own ranks are as PostgreSQL says; L2: there are answers."""
    try:
        return await _compare_api(connection, api, tokens, seed)
    except httpx.HTTPError as error:
        return [Violation("L2", f"the API does not answer: {error!r}")]


async def _compare_api(connection: Connection, api: str, tokens: Mapping[int, str], seed: int) -> list[Violation]:
    truth = await read_truth(connection)
    found = []
    async with httpx.AsyncClient(base_url=f"{api}/api/v1", timeout=10) as client:
        for limit in (1, 2, 10, 50, 99, 100):
            response = await client.get("/leaderboard", params={"limit": limit})
            rows = [(row["id"], row["xp"], row["rank"]) for row in response.json()["data"]["top_users"]]
            expected = [(place.user, place.total, place.rank) for place in truth.places[:limit]]
            if rows != expected:
                wrong = next((pair for pair in zip(rows, expected, strict=False) if pair[0] != pair[1]), None)
                found.append(
                    Violation("I12", f"page of {limit} has {len(rows)} rows of {len(expected)}; first wrong: {wrong}")
                )
        places = {place.user: (place.rank, place.total) for place in truth.places}
        known = sorted(tokens)
        for user in random.Random(seed).sample(known, min(SAMPLE, len(known))):
            response = await client.get("/leaderboard/me", headers={"Authorization": f"Bearer {tokens[user]}"})
            if response.status_code != 200:
                found.append(Violation("I11", f"user {user} asking for the own rank got {response.status_code}"))
                continue
            mine = response.json()["data"]["my_rank"]
            if mine is None or (mine["rank"], mine["xp"]) != places.get(user, (0, mine["xp"])):
                found.append(Violation("I11", f"user {user} is told {mine}, PostgreSQL says {places.get(user)}"))
    return found


async def check_keys(redis: Redis) -> list[Violation]:
    """I16: at rest there is one board, and no build that nobody finishes and that never expires."""
    others = [key async for key in redis.scan_iter("*leaderboard:training*") if key not in OWN_KEYS]
    left = [key for key in others if await redis.ttl(key) == -1]
    return [Violation("I16", f"{key} is left over and never expires") for key in left]


async def check_not_ahead(connection: Connection, redis: Redis) -> list[Violation]:
    """I9: Redis first, PostgreSQL after: no score is above the learner's total. Corrected learners are left out."""
    scores = await read_members(redis)
    rows = await connection.fetch("SELECT id, total_xp FROM users WHERE board_era = 0")
    totals = {row["id"]: row["total_xp"] for row in rows}
    corrected = {row["id"] for row in await connection.fetch("SELECT id FROM users WHERE board_era > 0")}
    ahead = [(user, xp) for user, xp in scores if user not in corrected and xp > totals.get(user, 0)]
    return [Violation("I9", f"user {user} has {xp} in Redis, {totals.get(user)} in PostgreSQL") for user, xp in ahead]


def _differences(members: dict[int, int], expected: dict[int, int], truth: Truth) -> list[Violation]:
    found = []
    missing = [user for user in expected if user not in members]
    wrong = [user for user in expected if user in members and members[user] != expected[user]]
    extra = [user for user in members if user not in expected]
    if missing:
        found.append(Violation("I10", f"{len(missing)} learners are missing from the board, as {missing[:SHOWN]}"))
    found += [
        Violation("I10", f"user {user} has {members[user]} on the board, {expected[user]} in PostgreSQL")
        for user in wrong[:SHOWN]
    ]
    for user in extra[:SHOWN]:
        known = "off the board" if user in truth.absent else "unknown to PostgreSQL"
        found.append(Violation("I14", f"user {user} is on the board with {members[user]} and {known}"))
    return found


AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The last is what the driver says of a server killed in the middle of a statement."""
