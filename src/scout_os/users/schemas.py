"""What goes over the wire about users."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, field_validator
from pydantic_core import PydanticCustomError

from scout_os.core.http import Body
from scout_os.core.identity import Role
from scout_os.core.text import Checked
from scout_os.users.models import ActiveDays, User
from scout_os.users.names import NAME_MAX, display_name
from scout_os.users.rules import MAX_HEARTS

INT32_MAX = 2**31 - 1


class ProfileBody(Body):
    """The profile's changes."""

    full_name: Annotated[str, Checked(display_name, 1, NAME_MAX)]


class StatsBody(Body):
    """What old clients say of themselves."""

    streak: int = Field(0, ge=0, le=INT32_MAX)
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
        """Whether neither of the two was sent: an old client that only reports its XP."""
        return not {"streak", "last_active_date"} & self.model_fields_set

    @property
    def last_day(self) -> date | None:
        """`last_active_date` as a date."""
        return None if self.last_active_date is None else date.fromisoformat(self.last_active_date)


class LossBody(Body):
    """Hearts lost; more than there are is as many as there are."""

    amount: int = Field(1, ge=1, le=INT32_MAX)


class Me(BaseModel):
    """The caller's own profile."""

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
    max_hearts: int
    last_active_date: date | None = Field(description="The learner's local day of the last activity.")
    timezone: str
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        """The wire form of a user as shown today."""
        return cls(
            id=user.id,
            name=user.name,
            full_name=user.name,
            username=user.username,
            picture_url=user.picture_url,
            is_pro=user.is_pro,
            gugus_depan=user.gugus_depan,
            role=user.role,
            total_xp=user.total_xp,
            streak=user.streak,
            longest_streak=user.longest_streak,
            hearts=user.hearts,
            max_hearts=MAX_HEARTS,
            last_active_date=user.last_active_date,
            timezone=user.timezone,
            created_at=user.created_at,
        )


class Activity(BaseModel):
    """The active days of one month, in the learner's own zone."""

    month: str = Field(description="YYYY-MM")
    today: date
    days: list[date] = Field(description="In order.")

    @classmethod
    def of(cls, activity: ActiveDays) -> Self:
        """The wire form of a month."""
        return cls(month=f"{activity.month:%Y-%m}", today=activity.today, days=activity.days)


class PublicUser(BaseModel):
    """What any learner may see of another."""

    id: int
    full_name: str
    picture_url: str | None
    total_xp: int
    streak: int

    @classmethod
    def of(cls, user: User) -> Self:
        """The wire form of a user as shown today."""
        return cls(
            id=user.id,
            full_name=user.name,
            picture_url=user.picture_url,
            total_xp=user.total_xp,
            streak=user.streak,
        )


class Hearts(BaseModel):
    """The hearts left today, of `max_hearts`."""

    hearts: int
    max_hearts: int = MAX_HEARTS
