"""The leaderboard's routes: neighbours, and that none fails while Redis holds what nobody expects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from scout_os.core.store_urls import StoreUrls
from tests.leaderboard.redis.corrupting import corruptions
from tests.leaderboard.stream.watching import watching
from tests.learners import LEVEL, REASON, board_of_postgres, give, give_all, make_admin, shown_board
from tests.service import Truth, add_learners, attempt, board_until_redis, serve, until

NOWHERE = "redis://127.0.0.1:1/0"

ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/leaderboard", None),
    ("GET", "/leaderboard/me", None),
    ("GET", "/leaderboard/me?neighbours=5", None),
    ("GET", "/leaderboard/rebuild", None),
    ("PATCH", "/users/me/profile", {"full_name": "Budi Dua"}),
    ("DELETE", "/me/avatar", None),
    ("PUT", "/me/board-visibility", {"visible": True}),
    ("POST", "/training/progress/submit", attempt(LEVEL, 5)),
    ("POST", "/admin/users/{other}/corrections", {**REASON, "amount": 1}),
    ("PUT", "/admin/users/{other}/suspension", REASON),
    ("DELETE", "/admin/users/{other}/suspension", REASON),
    ("POST", "/leaderboard/rebuild", None),
]


async def test_whatever_redis_holds_no_route_fails_and_the_board_heals(
    packed_stores: StoreUrls, truth: Truth, cache: Redis, tmp_path: Path
) -> None:
    """Each of the board's keys in each type, each field broken: every answer is 200, and then Redis answers again."""
    asker = await make_admin(truth)
    [other] = await add_learners(truth, 1)
    await give(truth, other, 20)
    wrong = {name: corrupt for name, corrupt in corruptions(other).items() if " is a " in name or "'x'" in name}
    with serve(packed_stores, tmp_path, limits="off") as service:
        async with service.client(asker) as client:
            await board_until_redis(client)
            for name, corrupt in wrong.items():
                for method, path, body in ROUTES:
                    await corrupt(cache)
                    answer = await client.request(method, path.format(other=other), json=body)
                    assert answer.status_code == 200, (name, method, path, answer.text)
                await corrupt(cache)
                async with watching(client) as stream:
                    await stream.next()
            await board_until_redis(client)

            async def is_right() -> bool:
                return {str(row[1]): row[2] for row in await shown_board(service)} == await board_of_postgres(truth)

            await until(is_right, seconds=5)


@pytest.mark.parametrize("engine", ["redis", "postgres"])
async def test_neighbours_are_those_around_ones_own_row(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path, engine: str
) -> None:
    """As many on each side as were asked for, rows as on the page, one's own among them; nobody without a place."""
    ids = await add_learners(truth, 8)
    await give_all(truth, dict(zip(ids, (80, 70, 60, 60, 50, 40, 30), strict=False)))
    stores = packed_stores if engine == "redis" else replace(packed_stores, redis_url=NOWHERE)
    with serve(stores, tmp_path) as service:
        async with service.client(ids[3]) as client, service.client(ids[7]) as newcomer:
            page = await told_by(engine, client, "/leaderboard")
            rows, mine = page["top_users"], page["my_rank"]
            place = [row["id"] for row in rows].index(ids[3])
            for count in (0, 1, 2, 5):
                told = await told_by(engine, client, f"/leaderboard/me?neighbours={count}")
                assert told["my_rank"] == mine
                assert told["neighbours"] == rows[max(0, place - count) : place + count + 1]
            assert "neighbours" not in (await client.get("/leaderboard/me")).json()["data"]
            for wrong in ("-1", "6", "", "x", "1.5"):
                assert (await client.get(f"/leaderboard/me?neighbours={wrong}")).status_code == 422
            told = (await newcomer.get("/leaderboard/me?neighbours=5")).json()["data"]
            assert (told["my_rank"], told["neighbours"]) == ({"rank": 0, "xp": 0}, [])


@pytest.mark.parametrize("engine", ["redis", "postgres"])
async def test_who_left_the_board_is_nobodys_neighbour(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path, engine: str
) -> None:
    """Hidden, suspended and deleted learners are not told, from the next answer on, and are told no neighbours."""
    ids = await add_learners(truth, 5)
    await give_all(truth, dict(zip(ids, (50, 40, 30, 20, 10), strict=True)))
    boss = await make_admin(truth)
    stores = packed_stores if engine == "redis" else replace(packed_stores, redis_url=NOWHERE)
    with serve(stores, tmp_path) as service:
        async with service.client(ids[2]) as client, service.client(ids[1]) as hider, service.client(boss) as admin:
            assert await neighbours_of(client, engine) == ids
            assert (await hider.put("/me/board-visibility", json={"visible": False})).is_success
            assert await neighbours_of(client, engine) == [ids[0], *ids[2:]]
            assert (await admin.put(f"/admin/users/{ids[3]}/suspension", json=REASON)).is_success
            assert await neighbours_of(client, engine) == [ids[0], ids[2], ids[4]]
            assert (await admin.request("DELETE", f"/admin/users/{ids[0]}", json=REASON)).is_success
            assert await neighbours_of(client, engine) == [ids[2], ids[4]]
            assert await neighbours_of(hider, engine) == []


async def told_by(engine: str, client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """The engine's answer: where Redis is asked, PostgreSQL may answer while Redis is late."""
    if engine == "redis":
        return (await board_until_redis(client, path))[-1]
    data: dict[str, Any] = (await client.get(path)).json()["data"]
    assert data["meta"]["source"] == engine
    return data


async def neighbours_of(client: httpx.AsyncClient, engine: str) -> list[int]:
    """The ids around the asker, as the engine tells them; in no answer on the way there is one who left."""
    path = "/leaderboard/me?neighbours=5"
    answers = await board_until_redis(client, path) if engine == "redis" else [(await client.get(path)).json()["data"]]
    assert answers[-1]["meta"]["source"] == engine
    shown = [[row["id"] for row in answer["neighbours"]] for answer in answers]
    assert all(ids == shown[-1] for ids in shown)
    return shown[-1]
