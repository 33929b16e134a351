"""All SQL of one-time codes, with which learners choose a new password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scout_os.core.postgres import Database
from scout_os.users.models import Account
from scout_os.users.repository import ACCOUNT, ANOTHER_GENERATION

# A code names the account's generation, so all that ends the account's sessions ends the code.
# The lock waits for an erasure in progress, so that nothing is stored about an erased user.
_ISSUE = """
INSERT INTO password_codes (user_id, code_hash, token_generation, issued_at)
SELECT id, $2, token_generation, $3 FROM users WHERE id = $1 AND is_active AND (role = 'learner' OR $4) FOR KEY SHARE
    ON CONFLICT (user_id) DO UPDATE
   SET code_hash = excluded.code_hash, token_generation = excluded.token_generation, issued_at = excluded.issued_at
RETURNING true
"""

_FIND = """
SELECT c.user_id, c.code_hash FROM users u
  JOIN password_codes c ON c.user_id = u.id AND c.token_generation = u.token_generation
 WHERE u.username = $1 AND u.is_active AND c.issued_at > $2
"""

# The account's row is locked first, as everywhere. Who waits for it sees the generation that a faster one left.
_REDEEM = f"""
WITH learner AS MATERIALIZED (
    SELECT id, token_generation AS generation FROM users WHERE id = $1 AND is_active FOR NO KEY UPDATE
), used AS (
    DELETE FROM password_codes c USING learner l
     WHERE c.user_id = l.id AND c.token_generation = l.generation AND c.code_hash = $2
    RETURNING c.user_id
)
UPDATE users SET password_hash = $3, token_generation = {ANOTHER_GENERATION}
  FROM used WHERE id = used.user_id RETURNING {ACCOUNT}
"""


@dataclass(frozen=True, slots=True)
class StoredCode:
    user_id: int
    code_hash: str


class CodeRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(self, user_id: int, code_hash: str, now: datetime, *, also_admins: bool) -> bool:
        """Store an active user's code in place of an earlier one; False if there is no such user."""
        return bool(await self._database.fetchval(_ISSUE, user_id, code_hash, now, also_admins))

    async def find(self, username: str, issued_after: datetime) -> StoredCode | None:
        """The code that an active user may redeem."""
        row = await self._database.fetchrow(_FIND, username, issued_after)
        return None if row is None else StoredCode(**row)

    async def redeem(self, code: StoredCode, password_hash: str) -> Account | None:
        """Use the code up, set the password and end all tokens; None if the code is not good any more."""
        row = await self._database.fetchrow(_REDEEM, code.user_id, code.code_hash, password_hash)
        return None if row is None else Account(**row)

    async def forget(self, issued_before: datetime) -> None:
        async with self._database.connection() as connection:
            await connection.execute("DELETE FROM password_codes WHERE issued_at <= $1", issued_before)
