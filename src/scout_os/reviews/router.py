"""Reviews over HTTP, for admins."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query

from scout_os.core.http import INT64_MAX, Envelope, envelope
from scout_os.dependencies import AdminIdentity, OpenServices
from scout_os.reviews.schemas import CloseBody, Review, Reviews
from scout_os.routing import api_router

router = api_router("/admin/reviews", tags=["admin"])
ReviewId = Annotated[int, Path(ge=1, le=INT64_MAX)]
After = Annotated[int, Query(ge=0, le=INT64_MAX, description="The last id of the page before.")]


@router.get("")
async def list_reviews(
    services: OpenServices,
    _: AdminIdentity,
    state: Literal["open", "closed"] = "open",
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Envelope[Reviews]:
    """What looks like cheating and waits for a judgement. A flag alone changes nothing for its learner."""
    flags, waiting = await services.reviews.list_flags(closed=state == "closed", after=after, limit=limit)
    return envelope(Reviews(reviews=[Review.model_validate(flag) for flag in flags], open=waiting), "Tinjauan")


@router.post("/{review_id}/close")
async def close_review(
    services: OpenServices, admin: AdminIdentity, review_id: ReviewId, body: CloseBody
) -> Envelope[Review]:
    """Judge it. To act on a learner, suspend them or correct their XP."""
    flag = await services.reviews.close(
        review_id, verdict=body.verdict, note=body.note or None, actor=f"user:{admin.user_id}"
    )
    return envelope(Review.model_validate(flag), "Tinjauan ditutup")
