"""Every reason why Redis is not believed, and when it ends. `read/test_from_redis.py` has those that are found in Redis."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis.asyncio import Redis

from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.models import Register
from scout_os.leaderboard.redis.redis_board import BOARD
from scout_os.leaderboard.trust import (
    KEEP_SECONDS,
    LOST_SECONDS,
    OWN_CHANGE_SECONDS,
    WAITING_SECONDS,
    Distrust,
    Trust,
)
from scout_os.wiring import open_services
from tests.clock import MovableClock
from tests.service import Truth, add_learners, settings_for

MOMENT = 0.001


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def trust(clock: MovableClock) -> Trust:
    """Of a process that has just drained: nothing speaks against Redis."""
    trust = Trust(monotonic=clock.monotonic)
    trust.drain_succeeds = True
    trust.postgres_answered()
    assert (trust.distrust(), trust.distrust_for(1), trust.has_lost_postgres) == (None, None, False)
    return trust


def test_before_the_first_drain_redis_is_behind() -> None:
    """A process that has just started knows nothing of Redis' past, nor whether PostgreSQL is there."""
    trust = Trust()
    assert trust.distrust() is Distrust.BEHIND
    assert trust.has_lost_postgres


def test_while_the_drain_fails_redis_is_behind(trust: Trust) -> None:
    """Until it succeeds again."""
    trust.drain_succeeds = False
    assert trust.distrust() is Distrust.BEHIND
    trust.drain_succeeds = True
    assert trust.distrust() is None


def test_while_a_change_waits_for_too_long_redis_is_behind(trust: Trust) -> None:
    """A short wait is the drain's pause."""
    for waiting, distrust in ((WAITING_SECONDS, None), (WAITING_SECONDS + MOMENT, Distrust.BEHIND), (0.0, None)):
        trust.waiting_seconds = waiting
        assert trust.distrust() is distrust


def test_while_redis_may_lack_ones_own_change_it_is_behind_for_oneself(trust: Trust, clock: MovableClock) -> None:
    """Until Redis takes the last change, or five seconds are over; nobody else is concerned."""
    first, second = Register(1, 0, 10), Register(1, 0, 20)
    trust.acknowledge([first, Register(2, 0, 5)])
    trust.acknowledge([second])
    assert (trust.distrust_for(1), trust.distrust_for(3), trust.distrust()) == (Distrust.BEHIND, None, None)
    trust.reached_redis([first])
    assert trust.distrust_for(1) is Distrust.BEHIND
    trust.reached_redis([second])
    assert trust.distrust_for(1) is None
    clock.move(seconds=OWN_CHANGE_SECONDS - MOMENT)
    assert trust.distrust_for(2) is Distrust.BEHIND
    clock.move(seconds=MOMENT)
    assert trust.distrust_for(2) is None


def test_a_postgres_that_fails_or_is_silent_is_lost(trust: Trust, clock: MovableClock) -> None:
    """At once after a refusal, after two seconds of silence; the next answer ends it."""
    trust.postgres_failed()
    assert trust.has_lost_postgres
    trust.postgres_answered()
    clock.move(seconds=LOST_SECONDS)
    assert not trust.has_lost_postgres
    clock.move(seconds=MOMENT)
    assert trust.has_lost_postgres


def test_a_state_older_than_the_newest_one_seen_is_told(trust: Trust) -> None:
    """Only if the newer one was seen before the call was sent, and until the drain finds the older one right."""
    assert trust.saw_state(2000)
    assert not trust.saw_state(1000, newest_before=2000)
    assert trust.saw_state(1000, newest_before=500)
    assert trust.newest_state == 2000
    trust.newest_state = 1000
    assert trust.saw_state(1000, newest_before=1000)


def test_a_page_from_postgres_is_amended_by_each_learners_newest_change(trust: Trust, clock: MovableClock) -> None:
    """By era and total, in whatever order they were acknowledged; none from before its reading began, and none for ever."""
    trust.acknowledge([Register(1, 0, 10)])
    clock.move(seconds=1)
    trust.acknowledge([Register(2, 1, None), Register(3, 0, 20)])
    clock.move(seconds=1)
    trust.acknowledge([Register(2, 0, 99), Register(3, 0, 15)])
    newest = [Register(3, 0, 20), Register(2, 1, None)]
    assert list(trust.acknowledged_since(clock.monotonic() - 1)) == newest
    assert list(trust.acknowledged_since(0)) == [*newest, Register(1, 0, 10)]
    assert trust.acknowledged_version == 5
    clock.move(seconds=KEEP_SECONDS + MOMENT)
    trust.acknowledge([Register(4, 0, 1), Register(5, 0, 1)])
    assert {change.user_id for change in trust.acknowledged_since(0)} == {4, 5}


def test_outages_are_told_from_delays() -> None:
    """Streams announce an outage."""
    assert {reason for reason in Distrust if reason.is_outage} == {Distrust.AWAY, Distrust.ABSENT}


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
        assert (board.view.source, [row.score.xp for row in board.rows]) == ("postgres", [20])
        await started.relay.step()
        await started.relay.step()
        healed = await started.leaderboard.get_leaderboard(10, None)
        assert (healed.view.source, [row.score.xp for row in healed.rows]) == ("redis", [20])
