"""All SQL of identities: accounts at identity providers that sign in to ours."""

from __future__ import annotations

import asyncpg

from scout_os.auth.id_tokens import Person
from scout_os.core.postgres import Database
from scout_os.users.local_day import zone_sql
from scout_os.users.models import Account
from scout_os.users.problems import UsernameTaken
from scout_os.users.repository import ACCOUNT

_FIND = f"""
SELECT {ACCOUNT} FROM users
 WHERE id = (SELECT user_id FROM user_identities WHERE provider = $1 AND subject = $2)
"""

_CREATE = f"""
WITH made AS (
    INSERT INTO users (username, name, timezone, account_key)
    VALUES ($3, $4, {zone_sql("$5::text")}, gen_random_uuid())
        ON CONFLICT (username) DO NOTHING RETURNING {ACCOUNT}
), joined AS (
    INSERT INTO user_identities (provider, subject, user_id) SELECT $1, $2, id FROM made
)
SELECT {ACCOUNT} FROM made
"""

# The lock waits for an erasure in progress, so that nothing is stored about an erased user.
_JOIN = """
INSERT INTO user_identities (provider, subject, user_id)
SELECT $1, $2, id FROM users WHERE id = $3 AND is_active FOR KEY SHARE
    ON CONFLICT DO NOTHING
"""


class IdentityRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_account(self, person: Person) -> Account | None:
        """The person's account, even if it is disabled."""
        row = await self._database.fetchrow(_FIND, person.provider, person.subject)
        return None if row is None else Account(**row)

    async def create(self, person: Person, *, username: str, name: str, timezone: str | None = None) -> Account:
        """Create an account without a password; raises `UsernameTaken`, also if the person got one meanwhile."""
        try:
            row = await self._database.fetchrow(_CREATE, person.provider, person.subject, username, name, timezone)
        except asyncpg.UniqueViolationError as error:
            raise UsernameTaken from error
        if row is None:  # avoids an error of PostgreSQL, whose log would contain the name
            raise UsernameTaken
        return Account(**row)

    async def join(self, person: Person, user_id: int) -> None:
        """Let the person sign in to this account, if it is still active and they have no other."""
        async with self._database.connection() as connection:
            await connection.execute(_JOIN, person.provider, person.subject, user_id)
