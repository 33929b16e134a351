"""The leaderboard's express lanes (see `core/express.py`)."""

from __future__ import annotations

import re

from scout_os.core.express import ExpressAnswer, ExpressRequest, Lane, OpenServices
from scout_os.core.limits.address import address_key
from scout_os.core.limits.rules import OPEN_READ, READ
from scout_os.core.problems import Unauthenticated
from scout_os.leaderboard.responses import board_json, rank_json
from scout_os.leaderboard.schemas import DEFAULT_LIMIT

_LIMIT = re.compile(rb"limit=([1-9][0-9]?|100)")


async def get_leaderboard(services: OpenServices, request: ExpressRequest) -> ExpressAnswer | None:
    """As `router.get_leaderboard`."""
    limit = DEFAULT_LIMIT
    if request.query:
        asked = _LIMIT.fullmatch(request.query)
        if asked is None:
            return None
        limit = int(asked[1])
    learner = await services.authenticator.identify_optional(request.token)
    if learner is not None:
        services.limits.admit(READ, learner.token.sessions)
    else:
        services.limits.admit(OPEN_READ, address_key(request.address))
    board = await services.leaderboard.get_leaderboard(limit, learner.user_id if learner else None)
    return ExpressAnswer(board_json(board))


async def get_my_rank(services: OpenServices, request: ExpressRequest) -> ExpressAnswer | None:
    """As `router.get_my_rank`."""
    if request.token is None:
        return None
    try:
        learner = await services.authenticator.identify(request.token)
    except Unauthenticated:
        return None
    services.limits.admit(READ, learner.token.sessions)
    board = await services.leaderboard.get_standing(learner.user_id)
    return ExpressAnswer(rank_json(board))


LANES: dict[tuple[str, str], Lane] = {
    ("GET", "/leaderboard"): get_leaderboard,
    ("GET", "/leaderboard/me"): get_my_rank,
}
