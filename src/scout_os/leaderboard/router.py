"""The leaderboard over HTTP."""

from __future__ import annotations

from fastapi import Response

from scout_os.core.http import Envelope, envelope
from scout_os.dependencies import OPTIONAL_TOKEN, AdminIdentity, CurrentIdentity, OpenServices, OptionalIdentity
from scout_os.leaderboard.responses import board_json, rank_json
from scout_os.leaderboard.schemas import (
    DEFAULT_LIMIT,
    LeaderboardData,
    MyRankData,
    Neighbours,
    PageLimit,
    RebuildData,
    RebuildProgress,
    ScoutRank,
    ScoutRanks,
)
from scout_os.routing import FastRoute, JsonAnswer, api_router

router = api_router("/leaderboard", tags=["leaderboard"])
hot = api_router("/leaderboard", tags=["leaderboard"], route_class=FastRoute)


@hot.get("", response_model=Envelope[LeaderboardData], openapi_extra=OPTIONAL_TOKEN)
async def get_leaderboard(
    services: OpenServices, learner: OptionalIdentity, limit: PageLimit = DEFAULT_LIMIT
) -> Response:
    """The first learners by XP, and one's own rank if a token is sent."""
    return JsonAnswer(
        board_json(await services.leaderboard.get_leaderboard(limit, learner.user_id if learner else None))
    )


@hot.get("/me", response_model=Envelope[MyRankData])
async def get_my_rank(services: OpenServices, learner: CurrentIdentity, neighbours: Neighbours = None) -> Response:
    """One's own rank alone, or with the learners just above and below."""
    if neighbours is None:
        return JsonAnswer(rank_json(await services.leaderboard.get_leaderboard(0, learner.user_id)))
    board = await services.leaderboard.get_neighbours(learner.user_id)
    return JsonAnswer(rank_json(board, board.view.neighbours(learner.user_id, neighbours)))


@router.get("/ranks")
async def list_scout_ranks(services: OpenServices) -> Envelope[ScoutRanks]:
    """The scout ranks, and the XP that each begins at."""
    ranks = services.leaderboard.find_ranks()
    listed = [ScoutRank(name=rank.name, name_en=rank.name_en, from_xp=rank.from_xp) for rank in ranks]
    return envelope(ScoutRanks(ranks=listed), "Tingkat pramuka")


@router.post("/rebuild")
async def rebuild(services: OpenServices, _: AdminIdentity) -> Envelope[RebuildData]:
    """Rebuild the board in Redis from PostgreSQL; answers when the new board is in place."""
    return envelope(RebuildData(users_count=await services.leaderboard.rebuild()), "Papan peringkat dibangun ulang")


@router.get("/rebuild")
async def get_rebuild(services: OpenServices, _: AdminIdentity) -> Envelope[RebuildProgress]:
    """How far the rebuild under way is, in whichever process it runs."""
    progress = await services.leaderboard.get_rebuild()
    done, total = progress or (0, 0)
    return envelope(RebuildProgress(running=progress is not None, done=done, total=total), "Pembangunan ulang papan")
