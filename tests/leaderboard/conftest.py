"""The board on the test's own Valkey."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from scout_os.core.breaker import Breaker
from scout_os.leaderboard.redis.redis_board import RedisBoard
from scout_os.leaderboard.trust import Trust


@pytest.fixture
def board(redis: Redis) -> RedisBoard:
    """As one process sees it that has seen nothing else yet."""
    return RedisBoard(redis, Breaker(), Trust())
