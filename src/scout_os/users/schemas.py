"""Requests and answers about users."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from scout_os.core.http import INT32_MAX, Body, WholeNumber
from scout_os.core.identity import Role
from scout_os.core.text import Checked, storable
from scout_os.users.models import ActiveDays
from scout_os.users.names import NAME_MAX, display_name
from scout_os.users.rules import MAX_HEARTS, ZONE_MAX

ZoneName = Annotated[
    str, Checked(storable, 1, ZONE_MAX), Field(description="A time zone's name, as in `Asia/Jayapura`.")
]


class ProfileBody(Body):
    """At least one of them."""

    full_name: Annotated[str, Checked(display_name, 1, NAME_MAX)] | None = None
    timezone: ZoneName | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.full_name is None and self.timezone is None:
            raise PydanticCustomError("empty", "full_name or timezone is required.")
        return self


class StatsBody(Body):
    """Statistics as old clients report them."""

    streak: WholeNumber = Field(0, ge=0, le=INT32_MAX)
    last_active_date: str | None = Field(
        None, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}
    )
    total_xp: Any = Field(None, deprecated=True, description="Ignored: the server decides XP.")

    @field_validator("last_active_date")
    @classmethod
    def _exists(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                date.fromisoformat(value)
            except ValueError as error:
                raise PydanticCustomError("date", "There is no such day.") from error
        return value

    @property
    def says_nothing(self) -> bool:
        """Whether an old client reports its XP only."""
        return not {"streak", "last_active_date"} & self.model_fields_set

    @property
    def last_day(self) -> date | None:
        """`last_active_date` as a date."""
        return None if self.last_active_date is None else date.fromisoformat(self.last_active_date)


class LossBody(Body):
    """Hearts lost; a larger number than is left takes all."""

    amount: WholeNumber = Field(1, ge=1, le=INT32_MAX)


class _FromUser(BaseModel):
    model_config = ConfigDict(from_attributes=True, json_schema_serialization_defaults_required=True)


class Me(_FromUser):
    id: int
    name: str
    full_name: str = Field(description="The same as `name`.")
    username: str | None
    picture_url: str | None
    is_pro: bool
    gugus_depan: str | None
    role: Role
    total_xp: int
    streak: int = Field(description="0 once a whole day has gone by without activity.")
    longest_streak: int
    hearts: int
    max_hearts: int = MAX_HEARTS
    last_active_date: date | None = Field(description="The learner's local day of the last activity.")
    timezone: str
    created_at: datetime


class Activity(BaseModel):
    """The active days of one month, in the learner's time zone."""

    month: str = Field(description="YYYY-MM")
    today: date
    days: list[date] = Field(description="In order.")

    @classmethod
    def of(cls, activity: ActiveDays) -> Self:
        return cls(month=f"{activity.month:%Y-%m}", today=activity.today, days=activity.days)


class PublicUser(_FromUser):
    """What any learner may see of another."""

    id: int
    full_name: str
    picture_url: str | None
    total_xp: int
    streak: int


class Hearts(BaseModel):
    hearts: int
    max_hearts: int = MAX_HEARTS
