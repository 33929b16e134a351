"""All SQL of users."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import date, datetime

import asyncpg

from scout_os.core.identity import Role
from scout_os.core.postgres import Connection, Database, Record
from scout_os.core.problems import Unauthenticated
from scout_os.users.local_day import local_day_sql, warn_of_zone, zone_sql
from scout_os.users.models import Account, SignUp, User
from scout_os.users.problems import UnknownTimeZone, UnknownUser, UsernameTaken
from scout_os.users.rules import MAX_HEARTS

_ZONE = zone_sql("timezone")
_USER = f"""id, username, name, picture_url, gugus_depan, is_pro, role, total_xp, streak, longest_streak,
            last_active_date, {_ZONE} AS timezone, nullif(timezone, {_ZONE}) AS unknown_timezone,
            {local_day_sql("$1::timestamptz", "timezone")} AS today, hearts, hearts_date, created_at"""
"""The columns of `User`; the first parameter is the present time."""
_IS_ZONE = "SELECT EXISTS (SELECT FROM time_zones WHERE name = $1)"
ACCOUNT = "id, username, name, password_hash, is_active, token_generation, account_key"
"""The columns of `Account`."""
ANOTHER_GENERATION = "(token_generation + 1 + floor(random() * (2 ^ 30 - 2))::bigint) % (2 ^ 30)::bigint"
"""Ends all tokens of a user. Not the next number: after a restore, counting on would bring back those that it had ended."""

# ON CONFLICT avoids an error of PostgreSQL, whose log would contain the name. Each sign-up with a key deletes some
# outdated rows, so their table holds about two days of sign-ups.
_CREATE = f"""
WITH outdated AS (
    DELETE FROM sign_ups WHERE $7::bytea IS NOT NULL AND key IN (
        SELECT key FROM sign_ups WHERE created_at < now() - interval '2 days'
         ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED
    )
), made AS (
    INSERT INTO users (username, name, password_hash, gugus_depan, role, timezone, account_key)
    VALUES ($1, $2, $3, $4, $5, {zone_sql("$6::text")}, gen_random_uuid()) ON CONFLICT (username) DO NOTHING RETURNING {ACCOUNT}
), kept AS (
    INSERT INTO sign_ups (key, user_id, request) SELECT $7, id, $8::bytea FROM made WHERE $7 IS NOT NULL
)
SELECT {ACCOUNT} FROM made
"""


class UserRepository:
    """Users in PostgreSQL. An active user is neither disabled nor deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        return self._database.transaction()

    async def find_active(self, now: datetime, user_id: int) -> User | None:
        sql = f"SELECT {_USER} FROM users WHERE id = $2 AND is_active"
        return _user(await self._database.fetchrow(sql, now, user_id))

    async def get_account(self, user_id: int) -> Account:
        """The caller's own account; raises `Unauthenticated` if it is no longer active."""
        row = await self._database.fetchrow(f"SELECT {ACCOUNT} FROM users WHERE id = $1 AND is_active", user_id)
        if row is None:
            raise Unauthenticated
        return Account(**row)

    async def find_by_username(self, username: str) -> Account | None:
        """The account with this normalised username, even if it is disabled."""
        row = await self._database.fetchrow(f"SELECT {ACCOUNT} FROM users WHERE username = $1", username)
        return None if row is None else Account(**row)

    async def create(
        self,
        *,
        username: str,
        name: str,
        password_hash: str,
        gugus_depan: str | None = None,
        timezone: str | None = None,
        role: Role = "learner",
        sign_up: SignUp | None = None,
    ) -> Account:
        """Add a user; raises `UsernameTaken`, also if the sign-up's key made an account before.

        Unique constraints decide between concurrent requests. An unknown time zone is as good as none.
        """
        key = (sign_up.key, sign_up.request) if sign_up else (None, None)
        try:
            row = await self._database.fetchrow(
                _CREATE, username, name, password_hash, gugus_depan, role, timezone, *key
            )
        except asyncpg.UniqueViolationError as error:
            raise UsernameTaken from error
        if row is None:
            raise UsernameTaken
        return Account(**row)

    async def set_username(self, user_id: int, username: str) -> None:
        """Raises `UsernameTaken`, `UnknownUser`. The unique constraint decides between concurrent requests for one name.

        The condition avoids most errors of PostgreSQL, whose log would contain the name.
        """
        sql = """UPDATE users SET username = $2
                  WHERE id = $1 AND username IS NOT NULL
                    AND NOT EXISTS (SELECT FROM users WHERE username = $2 AND id <> $1) RETURNING true"""
        exists = "SELECT true FROM users WHERE id = $1 AND username IS NOT NULL"
        try:
            if await self._database.fetchval(sql, user_id, username):
                return
        except asyncpg.UniqueViolationError as error:
            raise UsernameTaken from error
        raise UsernameTaken if await self._database.fetchval(exists, user_id) else UnknownUser

    async def set_role(self, user_id: int, role: Role) -> bool:
        """Set an active user's role, and void the one-time code; False if there is no such user."""
        sql = """
        WITH codes AS (DELETE FROM password_codes WHERE user_id = $1)
        UPDATE users SET role = $2 WHERE id = $1 AND is_active RETURNING true
        """
        return bool(await self._database.fetchval(sql, user_id, role))

    async def set_password_hash(self, user_id: int, *, old: str | None, new: str) -> bool:
        """Replace the hash if it is still `old`: a password changed meanwhile must not come back."""
        sql = """UPDATE users SET password_hash = $3
                  WHERE id = $1 AND password_hash IS NOT DISTINCT FROM $2 RETURNING true"""
        return bool(await self._database.fetchval(sql, user_id, old, new))

    async def change_profile(
        self, now: datetime, user_id: int, *, name: str | None, timezone: str | None
    ) -> User | None:
        """Set what is not None; raises `UnknownTimeZone`."""
        if timezone is not None and not await self._database.fetchval(_IS_ZONE, timezone):
            raise UnknownTimeZone
        sql = f"""UPDATE users SET name = coalesce($3, name), timezone = coalesce($4, timezone)
                   WHERE id = $2 AND is_active RETURNING {_USER}"""
        return _user(await self._database.fetchrow(sql, now, user_id, name, timezone))

    async def set_picture(self, user_id: int, url: str | None) -> bool:
        """Change an active user's picture; False if there is no such user."""
        sql = "UPDATE users SET picture_url = $2 WHERE id = $1 AND is_active RETURNING true"
        return bool(await self._database.fetchval(sql, user_id, url))

    async def lose_hearts(self, user_id: int, amount: int, today: date) -> int | None:
        """Take `amount` (a 32-bit number) from today's hearts, down to 0; returns what is left.

        One UPDATE, so that concurrent losses add up. A late loss, with yesterday's date, counts against the newer day.
        """
        sql = """UPDATE users
                    SET hearts = greatest(0, CASE WHEN hearts_date >= $3 THEN hearts ELSE $4 END - $2::int),
                        hearts_date = greatest(hearts_date, $3)
                  WHERE id = $1 AND is_active RETURNING hearts"""
        hearts: int | None = await self._database.fetchval(sql, user_id, amount, today, MAX_HEARTS)
        return hearts

    async def lock_active(self, connection: Connection, now: datetime, user_id: int) -> User | None:
        """The active user; their row stays locked until the transaction ends."""
        sql = f"SELECT {_USER} FROM users WHERE id = $2 AND is_active FOR NO KEY UPDATE"
        return _user(await connection.fetchrow(sql, now, user_id))

    async def list_activity_days(self, connection: Connection, user_id: int, until: date, limit: int) -> list[date]:
        """The last `limit` days with activity up to `until`, newest first."""
        sql = "SELECT day FROM activity_days WHERE user_id = $1 AND day <= $2 ORDER BY day DESC LIMIT $3"
        return [row["day"] for row in await connection.fetch(sql, user_id, until, limit)]

    async def list_days(self, user_id: int, first: date, last: date) -> list[date]:
        """The days with activity from `first` to `last`, in order."""
        sql = "SELECT day FROM activity_days WHERE user_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day"
        return [row["day"] for row in await self._database.fetch(sql, user_id, first, last)]

    async def set_streak(
        self, connection: Connection, now: datetime, user_id: int, streak: int, last_active_date: date | None
    ) -> User | None:
        """Set the streak and its last day; the longest streak only grows."""
        sql = f"""UPDATE users
                     SET streak = $3, last_active_date = $4, longest_streak = greatest(longest_streak, $3)
                   WHERE id = $2 RETURNING {_USER}"""
        return _user(await connection.fetchrow(sql, now, user_id, streak, last_active_date))


def _user(row: Record | None) -> User | None:
    if row is None:
        return None
    user = User(**row)
    if user.unknown_timezone is not None:
        warn_of_zone(user.unknown_timezone)
    return user
