"""The leaderboard's routes, and all that change a place, a name or a picture, while Redis holds what nobody expects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from scout_os.core.store_urls import StoreUrls
from tests.leaderboard.redis.corrupting import corruptions
from tests.leaderboard.stream.watching import watching
from tests.learners import LEVEL, REASON, board_of_postgres, give, make_admin, shown_board
from tests.service import Truth, add_learners, attempt, board_until_redis, serve, until

ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/leaderboard", None),
    ("GET", "/leaderboard/me", None),
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
