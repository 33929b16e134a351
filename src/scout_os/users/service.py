"""Users' use cases: profiles, streaks, hearts and roles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Protocol

from scout_os.core.clock import Clock
from scout_os.core.identity import Role
from scout_os.core.problems import Unauthenticated
from scout_os.users.models import ActiveDays, User
from scout_os.users.problems import DateInFuture, StreakNotBorne, UnknownUser
from scout_os.users.repository import UserRepository
from scout_os.users.rules import begun_anywhere, borne_streak, hearts_now, last_of_month, normal_username, shown_streak


class ProfileUpdates(Protocol):
    """Is told, after the commit, that a name or a picture has changed. Never raises."""

    async def changed(self) -> None:
        """Let the board show the change."""


class UserService:
    """Profiles, streaks as old clients report them, and hearts. Returned users are as they show today.

    Methods for the caller's own data raise `Unauthenticated` if the user is gone: the token outlived its user.
    """

    def __init__(self, *, repository: UserRepository, profiles: ProfileUpdates, clock: Clock) -> None:
        self._repository = repository
        self._profiles = profiles
        self._clock = clock

    async def get_me(self, user_id: int) -> User:
        return _as_shown(await self._find_own(user_id))

    async def get_activity(self, user_id: int, month: date | None) -> ActiveDays:
        """The caller's active days in the month that begins with `month`, or in the current one."""
        today = (await self._find_own(user_id)).today
        first = month or today.replace(day=1)
        return ActiveDays(first, today, await self._repository.list_days(user_id, first, last_of_month(first)))

    async def get_public(self, user_id: int) -> User:
        """Any active user; raises `UnknownUser`. The router selects what others may see."""
        user = await self._repository.find_active(self._clock.now(), user_id)
        if user is None:
            raise UnknownUser
        return _as_shown(user)

    async def change_profile(self, user_id: int, *, full_name: str | None = None, timezone: str | None = None) -> User:
        """Set what is not None; raises `UnknownTimeZone`. Days that are recorded stay as they are."""
        changed = await self._repository.change_profile(self._clock.now(), user_id, name=full_name, timezone=timezone)
        user = _own(changed)
        if full_name is not None:
            await self._profiles.changed()
        return _as_shown(user)

    async def put_streak(self, user_id: int, streak: int, last_active_date: date | None) -> User:
        """Store the streak that an old client reports, if the recorded activity supports it.

        The date is the device's own, which may be a day ahead of the learner's time zone: that counts as today.
        Raises `DateInFuture` or `StreakNotBorne` and then changes nothing.
        """
        async with self._repository.transaction() as connection:
            now = self._clock.now()
            user = _own(await self._repository.lock_active(connection, now, user_id))
            if last_active_date is not None:
                if last_active_date > begun_anywhere(now):
                    raise DateInFuture
                last_active_date = min(last_active_date, user.today)
                # The last `streak` days suffice, however long the learner has been active.
                days = await self._repository.list_activity_days(connection, user_id, last_active_date, streak)
            else:
                days = []
            if streak > borne_streak(days, last_active_date):
                raise StreakNotBorne
            user = _own(await self._repository.set_streak(connection, now, user_id, streak, last_active_date))
        return _as_shown(user)

    async def get_hearts(self, user_id: int) -> int:
        return (await self.get_me(user_id)).hearts

    async def lose_hearts(self, user_id: int, amount: int) -> int:
        today = (await self._find_own(user_id)).today
        left = await self._repository.lose_hearts(user_id, amount, today)
        if left is None:
            raise Unauthenticated
        return left

    async def set_role(self, username: str, role: Role) -> None:
        """Make an active user an admin or a learner; raises `UnknownUser`. Workers notice within seconds."""
        account = await self._repository.find_by_username(normal_username(username))
        if account is None or not await self._repository.set_role(account.id, role):
            raise UnknownUser

    async def set_timezone(self, username: str, timezone: str) -> None:
        """For operators; raises `UnknownUser`, `UnknownTimeZone`."""
        account = await self._repository.find_by_username(normal_username(username))
        if account is None or not account.is_active:
            raise UnknownUser
        await self.change_profile(account.id, timezone=timezone)

    async def _find_own(self, user_id: int) -> User:
        return _own(await self._repository.find_active(self._clock.now(), user_id))


def _as_shown(user: User) -> User:
    return replace(
        user,
        streak=shown_streak(user.streak, user.last_active_date, user.today),
        hearts=hearts_now(user.hearts, user.hearts_date, user.today),
    )


def _own(user: User | None) -> User:
    if user is None:
        raise Unauthenticated
    return user
