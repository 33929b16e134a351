"""A service whose first rebuild is done: before, PostgreSQL answers, and numbers states otherwise."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from tests.learners import until_board_follows
from tests.service import Service, Truth


@pytest.fixture
async def service(service: Service, truth: Truth, cache: Redis) -> Service:
    await until_board_follows(truth, cache)
    return service
