"""kill -9 of serving processes with submissions in flight: nothing acknowledged is lost, nothing is paid twice."""

from __future__ import annotations

from pathlib import Path

from chaos.campaigns.kills import AWARD_POINTS, DRAIN_POINTS, REBUILD_POINTS, campaign
from scout_os.core.store_urls import StoreUrls


async def test_killed_around_the_commit_of_an_award(packed_stores: StoreUrls, tmp_path: Path) -> None:
    """Killed before its statement, before its commit, or between commit and board, an award is whole or not there at all."""
    tally, violations = await campaign(packed_stores, tmp_path, trials=6, seed=101, points=AWARD_POINTS)
    assert violations == []
    assert (tally.late, tally.unequal) == (0, 0)
    assert sum(tally.in_flight.values()) >= 4


async def test_killed_in_the_middle_of_a_drain(packed_stores: StoreUrls, tmp_path: Path) -> None:
    """Killed before or after it told Redis, a drain is done again by the next process: nothing skipped, nothing harmed."""
    tally, violations = await campaign(packed_stores, tmp_path, trials=4, seed=102, points=DRAIN_POINTS)
    assert violations == []
    assert (tally.late, tally.unequal) == (0, 0)


async def test_killed_in_every_phase_of_a_rebuild(packed_stores: StoreUrls, tmp_path: Path) -> None:
    """Killed after its begin, in a chunk, before and after the swap, or after its commit, a rebuild leaves a right board."""
    tally, violations = await campaign(packed_stores, tmp_path, trials=10, seed=103, points=REBUILD_POINTS)
    assert violations == []
    assert (tally.late, tally.unequal) == (0, 0)
    assert all(tally.trials[place] for place in REBUILD_POINTS)
