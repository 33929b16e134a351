"""A board made by hand."""

from __future__ import annotations

from scout_os.leaderboard.models import Register, Score, Standing
from scout_os.leaderboard.redis.redis_board import RedisBoard

IDENTITY = "1:00000001:1"


def written(*registers: Register) -> list[str]:
    """As PostgreSQL writes them for a chunk."""
    return [f"{it.user_id} {it.era} {'-' if it.total_xp is None else it.total_xp}" for it in registers]


async def build(board: RedisBoard, registers: list[Register], *, link: str = "a") -> int | None:
    """Begin, fill and swap; the board's link is "b" then."""
    await board.begin_build(token="t", identity=IDENTITY, link=link)
    assert await board.add_chunk(token="t", number=0, total=len(registers), registers=written(*registers))
    return await board.swap(token="t", chunks=1, identity=IDENTITY, link=link, next_link="b")


async def shown(board: RedisBoard, *user_ids: int) -> tuple[list[Score], dict[int, Standing]] | None:
    """The first ten scores and the standings of `user_ids`; None if the board is absent."""
    found = await board.look(user_ids, rows=10)
    return None if found is None else (found.scores or [], found.standings)
