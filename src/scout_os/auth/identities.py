"""All SQL of accounts elsewhere."""

from __future__ import annotations

import asyncpg

from scout_os.auth.id_tokens import Person
from scout_os.core.postgres import Database
from scout_os.users.models import Account
from scout_os.users.problems import UsernameTaken

_ACCOUNT = "id, username, name, password_hash, is_active, token_generation"

_FIND = f"""
SELECT {_ACCOUNT} FROM users
 WHERE id = (SELECT user_id FROM user_identities WHERE provider = $1 AND subject = $2)
"""

_CREATE = f"""
WITH made AS (
    INSERT INTO users (username, name) VALUES ($3, $4) ON CONFLICT (username) DO NOTHING RETURNING {_ACCOUNT}
), joined AS (
    INSERT INTO user_identities (provider, subject, user_id) SELECT $1, $2, id FROM made
)
SELECT {_ACCOUNT} FROM made
"""

# The lock makes an erasure under way come first: nothing is kept of whoever is gone.
_JOIN = """
INSERT INTO user_identities (provider, subject, user_id)
SELECT $1, $2, id FROM users WHERE id = $3 AND is_active FOR KEY SHARE
    ON CONFLICT DO NOTHING
"""


class IdentityRepository:
    """Which account belongs to which account elsewhere."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_account(self, person: Person) -> Account | None:
        """The person's account, a disabled one too."""
        row = await self._database.fetchrow(_FIND, person.provider, person.subject)
        return None if row is None else Account(**row)

    async def create(self, person: Person, *, username: str, name: str) -> Account:
        """Make an account without a password; raises `UsernameTaken`, also if the same person has one by now."""
        try:
            row = await self._database.fetchrow(_CREATE, person.provider, person.subject, username, name)
        except asyncpg.UniqueViolationError as error:
            raise UsernameTaken from error
        if row is None:  # no error of PostgreSQL's, because its log would tell the name
            raise UsernameTaken
        return Account(**row)

    async def join(self, person: Person, user_id: int) -> None:
        """Let the person sign in to this account from now on, if it is still active and they have no other."""
        async with self._database.connection() as connection:
            await connection.execute(_JOIN, person.provider, person.subject, user_id)
