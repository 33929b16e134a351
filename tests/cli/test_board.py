"""`scout-os board audit` as a process: what it prints, what it mends, and its exit codes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.redis.redis_board import BOARD, META
from tests.cli.command import Command
from tests.leaderboard.sync.auditing import add_scores, is_right, until_right
from tests.process import ServeProcess, scout_os
from tests.service import Truth


@pytest.fixture
def board(stores: StoreUrls, tmp_path: Path) -> Command:
    """`scout-os board` with no service running on the stores."""
    return Command("board", stores, tmp_path / "data")


async def test_without_a_service(board: Command, owner: Truth, redis: Redis) -> None:
    """No board: 1, built by --repair. Differences: 1, named; 1 with --repair, mended; then 0."""
    learners = await add_scores(owner)
    absent = await board("audit")
    assert (absent.returncode, "whole" in absent.stdout + absent.stderr) == (1, True)
    assert await redis.dbsize() == 0
    built = await board("audit", "--repair")
    assert (built.returncode, "nothing differs now" in built.stdout) == (1, True), built
    right = await board("audit")
    assert (right.returncode, right.stdout.split()) == (0, ["0", "differences", "among", "40", "learners."]), right

    high, low, lost = learners[:3]
    await redis.zincrby(BOARD, 1, str(high))
    await redis.zincrby(BOARD, -1, str(low))
    await redis.zrem(BOARD, str(lost))
    await redis.hincrby(META, "n", -1)
    total = await owner.fetchval("SELECT total_xp FROM users WHERE id = $1", lost)
    wrong = await board("audit")
    assert wrong.returncode == 1
    assert [line.split()[0] for line in wrong.stdout.splitlines()[1:-1]] == [str(high), str(low), str(lost)]
    assert [str(lost), "-", str(total)] in [line.split() for line in wrong.stdout.splitlines()]
    assert not await is_right(owner, redis), "without --repair it only looks"
    mended = await board("audit", "--repair")
    assert (mended.returncode, "nothing differs now" in mended.stdout) == (1, True), mended
    assert await is_right(owner, redis)
    assert (await board("audit")).returncode == 0


async def test_long_lists_end_after_50(board: Command, owner: Truth, redis: Redis) -> None:
    """120 wrong places and a stranger: 50 lines, the rest counted; all mended."""
    learners = await add_scores(owner, 130)
    assert (await board("audit", "--repair")).returncode == 1
    await redis.zadd(BOARD, {**dict.fromkeys(map(str, learners[:119]), 10**6), "nobody": 5})
    await redis.hincrby(META, "n", 1)
    wrong = await board("audit", "--repair")
    assert wrong.returncode == 1
    assert len(wrong.stdout.splitlines()) == 1 + 50 + 3
    assert "… and 70 more" in wrong.stdout
    assert "120 differences among 130 learners." in wrong.stdout
    assert await is_right(owner, redis)


async def test_redis_away_is_one_line_and_exit_1(stores: StoreUrls, tmp_path: Path) -> None:
    """Nothing can be compared: the command says so, without a traceback."""
    result = await Command("board", replace(stores, redis_url="redis://127.0.0.1:1/0"), tmp_path / "data")("audit")
    assert result.returncode == 1
    assert "scout-os: The board cannot be audited now" in result.stderr
    assert "Traceback" not in result.stderr


async def test_beside_a_running_service(packed_stores: StoreUrls, truth: Truth, cache: Redis, tmp_path: Path) -> None:
    """The service's outbox relay drains what the command asks for."""
    learners = await add_scores(truth)
    served = Command("board", packed_stores, tmp_path / "data")
    async with truth.transaction():  # the service's own audit must not be the one that mends
        await truth.execute("SELECT pg_advisory_xact_lock(hashtext('scout-os audit'))")
        process = ServeProcess(served.data_dir, env=served.environment)
        try:
            await asyncio.to_thread(process.wait_ready)
            await until_right(truth, cache, seconds=10)
            await cache.zincrby(BOARD, 1, str(learners[7]))
            found = await asyncio.to_thread(scout_os, "board", "audit", "--repair", data_dir=served.data_dir)
            assert (found.returncode, "nothing differs now" in found.stdout) == (1, True), found
            assert await is_right(truth, cache)
            again = await asyncio.to_thread(scout_os, "board", "audit", data_dir=served.data_dir)
            assert again.returncode == 0, again
        finally:
            assert process.stop() == 0
