"""Every order in which the steps of two or three use cases can take their turns ends in the same truth and the same board.

A seeded sample of them; `FAULTS_ORDERS=0` plays all: 252 of each pair, 34,650 of each trio, in three ways each.
"""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from redis.asyncio import Redis

from scout_os.core.store_urls import StoreUrls
from scout_os.wiring import open_services
from tests.chaos.interleaved import OVERTAKEN, PAIRS, SUBMIT_DRAIN_AND_REBUILD, TRIOS, Cast, Scene
from tests.chaos.interleaving import FAST_PATHS, SteppedBoard, SteppedDatabase, orders
from tests.service import Truth, settings_for

SAMPLE = int(os.environ.get("FAULTS_ORDERS", "20"))
"""So many orders of each scene; 0: all."""
SEED = 14


@pytest.fixture
async def actors(
    packed_stores: StoreUrls, truth: Truth, cache: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Cast]:
    """Three workers, wired as in service, on connections that can be held."""
    monkeypatch.setattr("scout_os.wiring.Database", SteppedDatabase)
    monkeypatch.setattr("scout_os.wiring.RedisBoard", SteppedBoard)
    settings = settings_for(tmp_path, log_level="ERROR")
    async with AsyncExitStack() as stack:
        workers = [await stack.enter_async_context(open_services(settings, packed_stores)) for _ in range(3)]
        for worker in workers:
            await worker.library.refresh()
        yield Cast(workers, truth, cache)


@pytest.mark.parametrize("scene", PAIRS.values(), ids=PAIRS)
async def test_two_sessions_in_any_order(actors: Cast, scene: Scene) -> None:
    """Two sessions of five steps: no order loses, pays twice, skips a row or leaves the board wrong after a last drain."""
    await play_all(actors, scene, list(orders(5, 5)))


@pytest.mark.parametrize("scene", TRIOS.values(), ids=TRIOS)
async def test_three_sessions_in_any_order(actors: Cast, scene: Scene) -> None:
    """Three sessions of four steps: a transaction that commits after later ones is never skipped by drain or rebuild."""
    await play_all(actors, scene, list(orders(4, 4, 4)))


@pytest.mark.parametrize(
    ("scene", "order"),
    [
        (OVERTAKEN, (0, *[1] * 5, *[2] * 5, 3, *[0] * 2, 4)),
        (SUBMIT_DRAIN_AND_REBUILD, (2, 2, *[0] * 2, *[1] * 4, 2, 2, 0)),
    ],
    ids=["drain", "rebuild"],
)
async def test_a_commit_after_a_later_one_is_not_skipped(actors: Cast, scene: Scene, order: tuple[int, ...]) -> None:
    """Committed after a later one was drained, an award comes with the next drain; committed after the snapshot of a
    rebuild and drained before its swap, it is on the board that is swapped in.
    """
    await actors.perform(scene, order, "lost")


async def play_all(actors: Cast, scene: Scene, every: list[tuple[int, ...]]) -> None:
    """A sample of the orders, each with the fast path in turn, lost or late; or all of them, each in all three ways."""
    plays = [(order, fast_path) for order in every for fast_path in FAST_PATHS]
    for order, fast_path in random.Random(SEED).sample(plays, SAMPLE or len(plays)):
        try:
            await actors.perform(scene, order, fast_path)
        except AssertionError as error:
            error.add_note(f"{order=}, {fast_path=}")
            raise
