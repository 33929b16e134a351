"""The channel on which the board's scripts publish that something changed (`lua/merge.lua`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from redis.asyncio import Redis

from scout_os.core.redis import RedisAway, call_redis

CHANNEL = "{leaderboard:training}:changes"
SUBSCRIBE_SECONDS = 1.0
PAUSE_SECONDS = 0.5


async def listen(redis: Redis, heard: Callable[[], None]) -> None:
    """Call `heard` at each change, and after each new subscription. For ever.

    Messages may be lost, so nobody may rely on them alone.
    """
    while True:
        with suppress(RedisAway, UnicodeDecodeError):  # the readers of the board notice it
            await call_redis(lambda: _listen_once(redis, heard), seconds=None)
        await asyncio.sleep(PAUSE_SECONDS)


async def _listen_once(redis: Redis, heard: Callable[[], None]) -> None:
    async with redis.pubsub(ignore_subscribe_messages=True) as channel:
        await call_redis(lambda: channel.subscribe(CHANNEL), SUBSCRIBE_SECONDS)
        heard()
        async for _ in channel.listen():
            heard()
