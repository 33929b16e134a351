"""Every order in which the steps of two or three use cases can take their turns ends in the same truth and the same board.

A seeded sample of them; `FAULTS_ORDERS=0` plays all: 252 of each pair, 34,650 of each trio, in three ways each.
"""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scout_os.core.store_urls import StoreUrls
from tests.chaos.interleaved import PAIRS, SUBMIT_DRAIN_AND_REBUILD, TRIOS, Cast, Scene, cast
from tests.chaos.interleaving import FAST_PATHS, Session, orders

SAMPLE = int(os.environ.get("FAULTS_ORDERS", "20"))
"""So many orders of each scene; 0: all."""
SEED = 14


@pytest.fixture
async def actors(packed_stores: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cast]:
    async with cast(packed_stores, tmp_path, monkeypatch) as opened:
        yield opened


@pytest.mark.parametrize("scene", PAIRS.values(), ids=PAIRS)
async def test_two_sessions_in_any_order(actors: Cast, scene: Scene) -> None:
    """Two sessions of five steps: no order loses, pays twice, skips a row or leaves the board wrong after a last drain."""
    await play_all(actors, scene, list(orders(5, 5)))


@pytest.mark.parametrize("scene", TRIOS.values(), ids=TRIOS)
async def test_three_sessions_in_any_order(actors: Cast, scene: Scene) -> None:
    """Three sessions of four steps: a transaction that commits after later ones is never skipped by drain or rebuild."""
    await play_all(actors, scene, list(orders(4, 4, 4)))


async def test_a_commit_after_a_later_one_is_not_skipped(actors: Cast) -> None:
    """The first transaction is held, the second commits and is drained; the first commits, and the next drain brings it."""
    held = Scene(
        lambda cast: [
            cast.submit(0),
            cast.submit(1, learner=1),
            cast.drains(2),
            Session(cast.scores),
            Session(cast.scores),
        ],
        {(10, 10, "merged", (100, 110), (100, 110)): 110},
        learners=2,
    )
    await actors.perform(held, (0, *[1] * 5, *[2] * 5, 3, *[0] * 2, 4), "lost")


async def test_what_is_drained_beside_a_rebuild_is_on_the_new_board(actors: Cast) -> None:
    """Committed after the rebuild's snapshot and drained before its swap, an award is on the board that is swapped in."""
    await actors.perform(SUBMIT_DRAIN_AND_REBUILD, (2, 2, *[0] * 2, *[1] * 4, 2, 2, 0), "lost")


async def play_all(actors: Cast, scene: Scene, every: list[tuple[int, ...]]) -> None:
    """A sample of the orders, each with the fast path in turn, lost or late; or all of them, each in all three ways."""
    plays = [(order, fast_path) for order in every for fast_path in FAST_PATHS]
    for order, fast_path in random.Random(SEED).sample(plays, SAMPLE or len(plays)):
        try:
            await actors.perform(scene, order, fast_path)
        except AssertionError as error:
            error.add_note(f"{order=}, {fast_path=}")
            raise
