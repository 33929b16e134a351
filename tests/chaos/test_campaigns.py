"""Small doses of the long campaigns."""

from __future__ import annotations

import asyncio
from pathlib import Path

from chaos.campaigns import rebuilds, redis_dead
from chaos.target.counting import counting_stores
from scout_os.core.store_urls import StoreUrls

SECONDS = 4.0


async def test_no_read_sees_a_part_of_the_board_while_it_is_rebuilt(packed_stores: StoreUrls, tmp_path: Path) -> None:
    """Two hosts rebuild without a pause under submissions: every read is complete and right, and no update is lost."""
    outcome = await rebuilds.campaign(packed_stores, tmp_path, seconds=8, rate=40, readers=4, seed=21, crowd=3000)
    assert outcome.violations == []
    assert outcome.rebuilds["200"] >= 3
    assert outcome.readers.reads >= 50
    assert outcome.climbers.acknowledged >= 50


def test_postgres_ranks_for_a_dead_redis_with_two_queries_a_second(tmp_path: Path) -> None:
    """Whether Redis is gone or hung, every rank is right, and no worker asks more than a page and a histogram a second."""
    with counting_stores(tmp_path / "data") as stores:
        outcome = asyncio.run(
            redis_dead.campaign(
                stores, tmp_path, order=["gone", "hung"], learners=5000, rate=30, reads=30, seconds=SECONDS, seed=22
            )
        )
    assert outcome.violations == []
    # One more at the edge of what is measured.
    assert outcome.most_queries() <= redis_dead.MOST_QUERIES * (1 + 1 / SECONDS)
    for phase in outcome.phases:
        assert phase.pages > 0
        assert phase.sources.keys() == {"postgres"}
        assert len(phase.times) >= 50
