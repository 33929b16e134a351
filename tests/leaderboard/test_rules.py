"""The table of scout ranks."""

from __future__ import annotations

from itertools import pairwise

from scout_os.leaderboard.rules import scout_rank
from tests.service import Service


async def test_every_rank_begins_where_the_board_says_so(service: Service) -> None:
    """Each listed rank is the board's word from its first XP on, and its predecessor's just below."""
    async with service.client() as client:
        ranks = (await client.get("/leaderboard/ranks")).json()["data"]["ranks"]
    assert ranks[0] == {"name": "Siaga Mula", "from_xp": 0}
    assert ranks[-1] == {"name": "Penegak Laksana", "from_xp": 1500}
    for below, rank in pairwise(ranks):
        assert scout_rank(rank["from_xp"]) == rank["name"]
        assert scout_rank(rank["from_xp"] - 1) == below["name"]
