"""The leaderboard's data, inside the envelope."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from scout_os.leaderboard.models import MAX_NEIGHBOURS, Source

PageLimit = Annotated[int, Query(ge=1, le=100)]
"""Rows that a request asks for."""
Neighbours = Annotated[
    int | None,
    Query(ge=0, le=MAX_NEIGHBOURS, description="Also tell the rows around one's own, up to so many on each side."),
]
DEFAULT_LIMIT = 50
"""Rows of an answer to a request without `limit`."""


class TopUser(BaseModel):
    rank: int = Field(description="1 + the number of active learners with more XP; equals share a rank.")
    id: int
    name: str
    xp: int
    avatar: str | None
    level: str = Field(description="Scout rank, by XP.")


class MyRank(BaseModel):
    rank: int = Field(description="0 without XP.")
    xp: int


class BoardMeta(BaseModel):
    source: Source = Field(description="Which engine ranked.")
    as_of: datetime
    stale: bool = Field(description="True if the answer may lack recent awards.")


class LeaderboardData(BaseModel):
    top_users: list[TopUser]
    my_rank: MyRank | None = Field(description="None without a token.")
    meta: BoardMeta


class MyRankData(BaseModel):
    my_rank: MyRank
    neighbours: list[TopUser] = Field(
        [], description="Only if asked for: one's own row and those around it, in order. Empty without XP."
    )
    meta: BoardMeta


class ScoutRank(BaseModel):
    name: str
    name_en: str | None
    from_xp: int


class ScoutRanks(BaseModel):
    ranks: list[ScoutRank] = Field(description="Lowest first.")


class StreamTicket(BaseModel):
    ticket: str = Field(description="For the parameter `ticket` of the stream.")
    expires_in: int = Field(description="Seconds.")


class RebuildProgress(BaseModel):
    running: bool
    done: int = Field(description="Learners in the new board so far.")
    total: int


class RebuildData(BaseModel):
    users_count: int
