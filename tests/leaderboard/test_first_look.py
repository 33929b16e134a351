"""A process that has just started does not believe a Redis that has just started, too."""

from __future__ import annotations

from pathlib import Path

from redis.asyncio import Redis

from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.redis.redis_board import BOARD
from scout_os.wiring import open_services
from tests.service import Truth, add_learners, settings_for


async def test_the_board_is_not_read_from_redis_before_the_first_look(
    packed_stores: StoreUrls, truth: Truth, cache: Redis, tmp_path: Path
) -> None:
    """Redis came back a second older than PostgreSQL: until the chain of links was looked at, PostgreSQL answers."""
    [learner] = await add_learners(truth, 1)
    await truth.execute("UPDATE users SET total_xp = 20 WHERE id = $1", learner)
    async with open_services(settings_for(tmp_path), packed_stores) as services:
        await services.leaderboard.rebuild()
        await cache.zadd(BOARD, {str(learner): 10})  # what an older append-only file holds
        await truth.execute("UPDATE board_state SET link = 'drained since'")
    async with open_services(settings_for(tmp_path), packed_stores) as started:
        board = await started.leaderboard.get_leaderboard(10, None)
        assert (board.source, [row.score.xp for row in board.rows]) == ("postgres", [20])
        await started.relay.step()
        await started.relay.step()
        healed = await started.leaderboard.get_leaderboard(10, None)
        assert [row.score.xp for row in healed.rows] == [20]
