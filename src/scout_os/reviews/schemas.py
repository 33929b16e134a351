"""Requests and answers of reviews."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from scout_os.core.http import Body
from scout_os.core.text import Checked, line
from scout_os.reviews.models import Kind, Verdict


class CloseBody(Body):
    verdict: Verdict = Field(
        description="`cleared`: nothing wrong. `upheld`: it was cheating; what follows is up to you."
    )
    note: Annotated[str, Checked(line, 0, 500)] = Field("", description="Name nobody in it.")


class Review(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    user_id: int
    kind: Kind
    evidence: dict[str, Any] = Field(description="Figures of the last finding.")
    times: int = Field(description="How often it was found while open.")
    first_seen_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    verdict: Verdict | None
    note: str | None


class Reviews(BaseModel):
    """A page of reviews, oldest first."""

    reviews: list[Review]
    open: int = Field(description="How many are open in all.")
