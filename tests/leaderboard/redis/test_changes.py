"""The count of the board's changes and the channel on which it is published."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from scout_os.core.breaker import Breaker
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.models import Register
from scout_os.leaderboard.redis.changes import CHANNEL, listen
from scout_os.leaderboard.redis.redis_board import META, RedisBoard
from scout_os.leaderboard.trust import Trust
from tests.leaderboard.redis.building import IDENTITY, build, written

REGISTERS = [Register(1, 0, 5), Register(2, 1, 10)]


@pytest.fixture
async def heard(redis: Redis, board: RedisBoard) -> AsyncIterator[asyncio.Queue[int]]:
    """The counts that are published after a first board was built."""
    await build(board, REGISTERS)
    queue: asyncio.Queue[int] = asyncio.Queue()
    async with redis.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(CHANNEL)
        assert await channel.get_message(timeout=1) is None  # the subscription's own confirmation

        async def listen() -> None:
            async for message in channel.listen():
                await queue.put(int(message["data"]))

        listening = asyncio.create_task(listen())
        yield queue
        listening.cancel()


async def count(redis: Redis) -> int:
    return int(await redis.hget(META, "changes") or 0)


async def test_whatever_changes_the_board_raises_the_count_and_is_published_once(
    board: RedisBoard, redis: Redis, heard: asyncio.Queue[int]
) -> None:
    """An award, a correction, a removal, a drain and a swap raise the count, and each tells the new one."""
    counts = [await count(redis)]
    for changes in ([Register(1, 0, 15), Register(3, 0, 5)], [Register(1, 1, 5)], [Register(3, 1, None)]):
        await board.merge(IDENTITY, changes)
        counts.append(await count(redis))
    assert await board.drain(identity=IDENTITY, link="b", next_link="c", registers=[Register(4, 0, 5)]) == "merged"
    counts.append(await count(redis))
    await board.begin_build(token="t", identity=IDENTITY, link="c")
    assert await board.swap(token="t", chunks=0, identity=IDENTITY, link="c", next_link="d") == 0
    counts.append(await count(redis))
    assert counts == sorted(set(counts))
    async with asyncio.timeout(5):
        assert [await heard.get() for _ in counts[1:]] == counts[1:]
    assert heard.empty()


async def test_what_changes_nothing_is_not_told(board: RedisBoard, redis: Redis, heard: asyncio.Queue[int]) -> None:
    """What the board knows already, what it drops, a look, and what goes into a build alone leave the count as it is."""
    before = await count(redis)
    await board.merge(IDENTITY, [Register(1, 0, 5), Register(1, 0, 4), Register(2, 0, 99), Register(2, 2, 10)])
    await board.merge("another history", [Register(1, 0, 50)])
    assert await board.drain(identity=IDENTITY, link="b", next_link="c", registers=[Register(1, 0, 5)]) == "merged"
    assert await board.drain(identity=IDENTITY, link="c", next_link=None, registers=[]) == "merged"
    await board.begin_build(token="t", identity=IDENTITY, link="c")
    assert await board.add_chunk(token="t", number=0, total=1, registers=written(Register(9, 0, 9)))
    assert await count(redis) == before
    await board.merge(IDENTITY, [Register(5, 0, 5)])
    async with asyncio.timeout(5):
        assert await heard.get() == await count(redis) > before
    assert heard.empty()


async def test_a_count_never_comes_again(board: RedisBoard, redis: Redis) -> None:
    """A board built after a flush, over one of any age, or after an older dump was loaded goes on above every earlier count."""
    await build(board, REGISTERS)
    older: Any = await redis.hgetall(META)
    await board.merge(IDENTITY, [Register(1, 0, 15)])
    seen = await count(redis)
    await redis.hset(META, mapping=older)
    assert await RedisBoard(redis, Breaker(), Trust()).merge(
        IDENTITY, [Register(1, 0, 20)]
    )  # by who has seen nothing newer
    assert await count(redis) > seen
    seen = await count(redis)
    await redis.flushall()
    await build(board, REGISTERS)
    assert await count(redis) > seen
    ahead = await count(redis) + 10**12  # a clock that was put back
    await redis.hset(META, "changes", ahead)
    await build(board, REGISTERS)
    assert await count(redis) == ahead + 1
    await board.merge(IDENTITY, [Register(1, 0, 30)])
    assert await count(redis) == ahead + 2


async def test_who_may_not_publish_may_still_write(board: RedisBoard, redis: Redis, stores: StoreUrls) -> None:
    """With a Redis user that has no right to the channel, the board goes on taking awards."""
    await build(board, REGISTERS)
    await redis.acl_setuser(
        "quiet", enabled=True, passwords=["+quiet"], categories=["+@all"], keys=["*"], reset_channels=True
    )
    address = stores.redis_url.rsplit("@", 1)[-1].removeprefix("redis://")
    quiet = Redis.from_url(f"redis://quiet:quiet@{address}", decode_responses=True)
    try:
        before = await count(redis)
        assert await RedisBoard(quiet, Breaker(), Trust()).merge(IDENTITY, [Register(1, 0, 15)])
        assert await count(redis) > before
    finally:
        await quiet.aclose()
        await redis.acl_deluser("quiet")


async def test_a_message_that_is_no_text_does_not_end_the_listening(redis: Redis) -> None:
    """Whoever publishes bytes on the channel costs the listener a new subscription and no more."""
    heard = asyncio.Queue[None]()
    listening = asyncio.create_task(listen(redis, lambda: heard.put_nowait(None)))
    async with asyncio.timeout(10):
        await heard.get()  # subscribed
        await redis.publish(CHANNEL, b"\xff\xfe")
        await heard.get()  # subscribed again
    assert not listening.done()
    listening.cancel()
