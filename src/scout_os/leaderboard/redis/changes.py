"""The channel on which the board's scripts publish that something changed (`lua/merge.lua`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

CHANNEL = "{leaderboard:training}:changes"
SUBSCRIBE_SECONDS = 1.0
PAUSE_SECONDS = 0.5


async def listen(redis: Redis, heard: Callable[[], None]) -> None:
    """Call `heard` at each change, and after each new subscription. For ever.

    Messages may be lost, so nobody may rely on them alone.
    """
    while True:
        try:
            async with redis.pubsub(ignore_subscribe_messages=True) as channel:
                async with asyncio.timeout(SUBSCRIBE_SECONDS):
                    await channel.subscribe(CHANNEL)
                heard()
                async for _ in channel.listen():
                    heard()
        except (RedisError, OSError, TimeoutError, RuntimeError, UnicodeDecodeError):
            pass  # the readers of the board notice that Redis is away
        await asyncio.sleep(PAUSE_SECONDS)
