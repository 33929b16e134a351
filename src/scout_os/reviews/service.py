"""Reviews' use cases, for admins over HTTP and operators at the command line."""

from __future__ import annotations

import structlog

from scout_os.reviews.models import Flag, Verdict
from scout_os.reviews.problems import ReviewClosed, UnknownReview
from scout_os.reviews.repository import ReviewRepository

log = structlog.get_logger(__name__)


class ReviewService:
    """Lists flags and records verdicts. A verdict alone has no effect on the learner; moderation acts on it."""

    def __init__(self, *, repository: ReviewRepository) -> None:
        self._repository = repository

    async def list_flags(self, *, closed: bool, after: int, limit: int) -> tuple[list[Flag], int]:
        """A page of flags, oldest first, and the total number of open ones."""
        flags = await self._repository.list_flags(closed=closed, after=after, limit=limit)
        return flags, await self._repository.count_open()

    async def close(self, flag_id: int, *, verdict: Verdict, note: str | None, actor: str) -> Flag:
        """Close a flag; repeating the same verdict changes nothing. Raises `UnknownReview`, `ReviewClosed`."""
        closed = await self._repository.close(flag_id, verdict=verdict, note=note, actor=actor)
        if closed is not None:
            log.warning("review_closed", review_id=flag_id, user_id=closed.user_id, verdict=verdict, actor=actor)
            return closed
        flag = await self._repository.find_flag(flag_id)
        if flag is None:
            raise UnknownReview
        if flag.verdict != verdict:
            raise ReviewClosed
        return flag
