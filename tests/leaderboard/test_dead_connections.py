"""Connections to Redis that died unseen, by dozens: Redis is back when one call is answered, not when all of them failed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from chaos.target.stage import staged
from chaos.target.valkey import own_valkey
from scout_os.core.breaker import Breaker
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from tests.service import until

CONNECTIONS = 30
BACK_SECONDS = 5.0


async def test_idle_connections_are_given_up_with_redis(stores: StoreUrls, tmp_path: Path) -> None:
    """Thirty idle connections to a Redis that restarted unseen: once one call is answered again, thirty at once are."""
    with own_valkey(tmp_path) as valkey, staged(replace(stores, redis_url=valkey.url)) as stage:
        redis = Redis.from_url(stage.fronts.redis_url, decode_responses=True)
        board = RedisBoard(redis, Breaker())
        await asyncio.gather(*(board.count_members() for _ in range(CONNECTIONS)))
        stage.redis.toxics.state = "half_open"
        while board.breaker.state == "closed":
            with pytest.raises(BoardAway):
                await board.read(10, None)
        valkey.kill()
        valkey.start()
        stage.calm()
        await until(lambda: answers(board), seconds=BACK_SECONDS)
        assert all(await asyncio.gather(*(answers(board) for _ in range(CONNECTIONS))))
        await redis.aclose()


async def answers(board: RedisBoard) -> bool:
    """Whether Redis says something, if only that there is no board."""
    try:
        return await board.read(10, None) is None
    except BoardAway:
        return False
