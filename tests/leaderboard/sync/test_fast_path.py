"""The fast path makes no submission wait, and brings what the worker before could not."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from statistics import median

import pytest
from redis.asyncio import Redis

from chaos.target.valkey import own_valkey
from scout_os.core.breaker import Breaker
from scout_os.leaderboard.redis.redis_board import BOARD, RedisBoard
from scout_os.leaderboard.sync import fast_path
from scout_os.leaderboard.sync.fast_path import WAIT_SECONDS, FastPath
from scout_os.leaderboard.trust import Trust
from scout_os.training.models import ScoreChange
from tests.learners import submit
from tests.service import Service, Truth, add_learners, board_until_redis, until


class Nobody:
    """There is no relay to wake."""

    def wake(self) -> None: ...


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
        trust = Trust()
        path = FastPath(board=RedisBoard(redis, breaker, trust), trust=trust, drain=Nobody())
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


async def test_no_submission_waits_longer_for_redis_than_the_fast_path_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a request to Redis may take: the write goes on by itself, and the learner is answered."""
    monkeypatch.setattr("scout_os.leaderboard.redis.redis_board.REQUEST_SECONDS", 30.0)
    with own_valkey(tmp_path) as valkey:
        redis = Redis.from_url(valkey.url)
        trust = Trust()
        path = FastPath(board=RedisBoard(redis, Breaker(), trust), trust=trust, drain=Nobody())
        valkey.freeze()
        waits = []
        for user_id in range(1, 6):
            began = time.monotonic()
            await path.update_scores([ScoreChange(user_id, 0, 10, "here")])
            waits.append(time.monotonic() - began)
        valkey.thaw()
        await path.close()
        await redis.aclose()
    assert WAIT_SECONDS <= 0.05  # promised
    assert 0.01 < median(waits) < WAIT_SECONDS * 10, waits


@pytest.mark.parametrize("key", [None, "once"])
async def test_an_answer_that_pays_nothing_brings_the_board_up_to_what_it_tells(
    service: Service, truth: Truth, cache: Redis, key: str | None
) -> None:
    """The worker that paid died before it told Redis; the retry's answer brings it."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        paid = (await submit(client, key=key))["total_xp"]
        await until(lambda: is_drained(truth), seconds=5)  # or the drain would mend what comes now
        await cache.zadd(BOARD, {str(learner): paid - 5})
        assert (await submit(client, key=key))["total_xp"] == paid
        for path in ("/leaderboard", "/leaderboard/me"):
            assert {data["my_rank"]["xp"] for data in await board_until_redis(client, path)} == {paid}


async def is_drained(truth: Truth) -> bool:
    return not await truth.fetchval("SELECT count(*) FROM board_outbox")
