"""Users as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from scout_os.core.identity import Role


@dataclass(frozen=True, slots=True)
class User:
    """An active user. `UserRepository` returns `streak` and `hearts` as stored, `UserService` as they show today."""

    id: int
    username: str | None
    name: str
    picture_url: str | None
    gugus_depan: str | None
    is_pro: bool
    role: Role
    total_xp: int
    streak: int
    longest_streak: int
    last_active_date: date | None
    timezone: str
    """The one in force, in which days are counted."""
    unknown_timezone: str | None
    """What is stored instead, if that is no time zone that we know."""
    today: date
    """The learner's local day when the user was read."""
    hearts: int
    hearts_date: date | None
    created_at: datetime

    @property
    def full_name(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class ActiveDays:
    """The days of one month on which a learner was active; `month` is its first day, `today` the learner's local day."""

    month: date
    today: date
    days: list[date]


@dataclass(frozen=True, slots=True)
class SignUp:
    """By what a sign-up is known again that is repeated: keyed hashes of its idempotency key and of its request."""

    key: bytes
    request: bytes


@dataclass(frozen=True, slots=True)
class Account:
    """What a login needs to know about a user; may be disabled."""

    id: int
    username: str
    name: str
    password_hash: str | None = field(repr=False)
    is_active: bool
    token_generation: int
    """See `Verified.generation`."""
    account_key: UUID | None
    """See `Verified.account_key`."""
