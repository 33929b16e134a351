"""All SQL of sessions: which tokens are valid, and how they end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from scout_os.core.access_tokens import Verified
from scout_os.core.identity import Role
from scout_os.core.postgres import Database

_FIND_ROLE = """
SELECT role FROM users
 WHERE id = $1 AND is_active AND token_generation = $2
   AND NOT EXISTS (SELECT FROM revoked_tokens WHERE token_id = $3)
"""

_LIST_GOOD = """
SELECT t.token_id FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS t (user_id, generation, token_id)
  JOIN users u ON u.id = t.user_id AND u.is_active AND u.token_generation = t.generation
 WHERE NOT EXISTS (SELECT FROM revoked_tokens r WHERE r.token_id = t.token_id)
"""

# Each logout deletes some expired rows, so the table holds about one token lifetime of logouts. The condition on `name`
# and the lock, which waits for an erasure in progress, ensure that nothing is stored about an erased user.
_REVOKE = """
WITH outdated AS (
    DELETE FROM revoked_tokens WHERE token_id IN (
        SELECT token_id FROM revoked_tokens WHERE expires_at < now() ORDER BY expires_at LIMIT 10
    )
)
INSERT INTO revoked_tokens (token_id, user_id, expires_at)
SELECT $1, id, $3 FROM users WHERE id = $2 AND name <> '' FOR KEY SHARE
    ON CONFLICT DO NOTHING
"""

_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class SessionRepository:
    """Tokens' validity. Only PostgreSQL stores it, so flushing Redis revives no token."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_role(self, token: Verified) -> Role | None:
        """The role of the token's active user; None if there is none or the token was logged out."""
        role: Role | None = await self._database.fetchval(_FIND_ROLE, token.user_id, token.generation, token.token_id)
        return role

    async def list_good(self, tokens: Collection[Verified]) -> set[bytes]:
        users = [token.user_id for token in tokens]
        generations = [token.generation for token in tokens]
        rows = await self._database.fetch(_LIST_GOOD, users, generations, [token.token_id for token in tokens])
        return {row["token_id"] for row in rows}

    async def revoke(self, token: Verified) -> None:
        """End one token. The row stays until the token's own expiry, in case a setting extends how long it is accepted."""
        expires_at = datetime.fromtimestamp(min(token.expires_at, _LATEST), UTC)
        async with self._database.connection() as connection:
            await connection.execute(_REVOKE, token.token_id, token.user_id, expires_at)

    async def revoke_all(self, user_id: int) -> None:
        sql = "UPDATE users SET token_generation = token_generation + 1 WHERE id = $1 AND is_active"
        async with self._database.connection() as connection:
            await connection.execute(sql, user_id)

    async def change_password(self, user_id: int, *, old: str | None, new: str) -> int | None:
        """Replace the hash if it is still `old`, and end all tokens; returns the generation of new ones, or None."""
        sql = """UPDATE users SET password_hash = $3, token_generation = token_generation + 1
                  WHERE id = $1 AND is_active AND password_hash IS NOT DISTINCT FROM $2 RETURNING token_generation"""
        generation: int | None = await self._database.fetchval(sql, user_id, old, new)
        return generation
