"""What a submission pays for its place on the board."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from chaos.target.valkey import own_valkey
from scout_os.core.breaker import Breaker
from scout_os.leaderboard.redis.redis_board import RedisBoard
from scout_os.leaderboard.sync import fast_path
from scout_os.leaderboard.sync.fast_path import FastPath
from scout_os.training.models import ScoreChange


async def test_no_submission_waits_for_the_probe_of_a_hung_redis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the breaker has opened, a write that happens to be the probe goes on without its learner."""
    monkeypatch.setattr(fast_path, "WAIT_SECONDS", 60.0)
    monkeypatch.setattr("scout_os.leaderboard.redis.redis_board.REQUEST_SECONDS", 30.0)
    monkeypatch.setattr("scout_os.core.breaker.PROBE_SECONDS", 0.0)
    states: list[str] = []
    breaker = Breaker(on_change=states.append)
    with own_valkey(tmp_path) as valkey:
        redis = Redis.from_url(valkey.url)
        path = FastPath(board=RedisBoard(redis, breaker), wake=lambda: None, acknowledged=lambda _: None)
        valkey.freeze()
        breaker.trip()
        async with asyncio.timeout(10):
            await path.update_scores([ScoreChange(1, 0, 10, "here")])
            await asyncio.sleep(0)
        assert states == ["open", "half_open"]
        valkey.thaw()
        await path.close()
        await redis.aclose()
    assert states[-1] == "closed"
