"""All SQL of sessions: which tokens are valid, and how they end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from scout_os.core.access_tokens import Verified
from scout_os.core.clock import Clock
from scout_os.core.identity import Role
from scout_os.core.postgres import Database
from scout_os.users.repository import ANOTHER_GENERATION

_FIND_ROLE = """
SELECT role FROM users
 WHERE id = $1 AND is_active AND token_generation = $2 AND account_key IS NOT DISTINCT FROM $3
   AND NOT EXISTS (SELECT FROM revoked_tokens WHERE token_id = $4)
"""

_LIST_GOOD = """
SELECT t.token_id
  FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::bytea[]) AS t (user_id, generation, account_key, token_id)
  JOIN users u ON u.id = t.user_id AND u.is_active AND u.token_generation = t.generation
              AND u.account_key IS NOT DISTINCT FROM t.account_key
 WHERE NOT EXISTS (SELECT FROM revoked_tokens r WHERE r.token_id = t.token_id)
"""

# Each logout deletes some expired rows, so the table holds about one token lifetime of logouts. The condition on `name`
# and the lock, which waits for an erasure in progress, ensure that nothing is stored about an erased user.
_REVOKE = """
WITH outdated AS (
    DELETE FROM revoked_tokens WHERE token_id IN (
        SELECT token_id FROM revoked_tokens WHERE expires_at < $4 ORDER BY expires_at LIMIT 10
    )
)
INSERT INTO revoked_tokens (token_id, user_id, expires_at)
SELECT $1, id, $3 FROM users WHERE id = $2 AND name <> '' FOR KEY SHARE
    ON CONFLICT DO NOTHING
"""

_REVOKE_MANY = f"""
WITH batch AS MATERIALIZED (
    SELECT id FROM users WHERE id > $1 ORDER BY id LIMIT $2 FOR NO KEY UPDATE
), ended AS (
    UPDATE users u SET token_generation = {ANOTHER_GENERATION} FROM batch b WHERE b.id = u.id RETURNING u.id
)
SELECT count(*) AS users, max(id) AS last FROM ended
"""

_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class SessionRepository:
    """Tokens' validity. Only PostgreSQL stores it, so flushing Redis revives no token."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find_role(self, token: Verified) -> Role | None:
        """The role of the token's active user; None if there is none or the token was logged out."""
        role: Role | None = await self._database.fetchval(
            _FIND_ROLE, token.user_id, token.generation, token.account_key, token.token_id
        )
        return role

    async def list_good(self, tokens: Collection[Verified]) -> set[bytes]:
        rows = await self._database.fetch(
            _LIST_GOOD,
            [token.user_id for token in tokens],
            [token.generation for token in tokens],
            [token.account_key for token in tokens],
            [token.token_id for token in tokens],
        )
        return {row["token_id"] for row in rows}

    async def revoke(self, token: Verified) -> None:
        """End one token. The row stays until the token's own expiry, in case a setting extends how long it is accepted."""
        expires_at = datetime.fromtimestamp(min(token.expires_at, _LATEST), UTC)
        async with self._database.connection() as connection:
            await connection.execute(_REVOKE, token.token_id, token.user_id, expires_at, self._clock.now())

    async def revoke_all(self, user_id: int) -> None:
        sql = f"UPDATE users SET token_generation = {ANOTHER_GENERATION} WHERE id = $1 AND is_active"
        async with self._database.connection() as connection:
            await connection.execute(sql, user_id)

    async def revoke_everybodys(self, after: int, limit: int) -> tuple[int, int | None]:
        """End all tokens of `limit` users with ids above `after`, in one commit; returns how many, and the last id."""
        row = await self._database.fetchrow(_REVOKE_MANY, after, limit)
        return (0, None) if row is None else (row["users"], row["last"])

    async def set_password(self, user_id: int, new: str, *, also_admins: bool) -> bool:
        """Replace an active user's hash, and end all tokens; False if there is no such user."""
        sql = f"""UPDATE users SET password_hash = $2, token_generation = {ANOTHER_GENERATION}
                   WHERE id = $1 AND is_active AND (role = 'learner' OR $3) RETURNING true"""
        return bool(await self._database.fetchval(sql, user_id, new, also_admins))

    async def change_password(self, user_id: int, *, old: str | None, new: str) -> int | None:
        """Replace the hash if it is still `old`, and end all tokens; returns the generation of new ones, or None."""
        sql = f"""UPDATE users SET password_hash = $3, token_generation = {ANOTHER_GENERATION}
                  WHERE id = $1 AND is_active AND password_hash IS NOT DISTINCT FROM $2 RETURNING token_generation"""
        generation: int | None = await self._database.fetchval(sql, user_id, old, new)
        return generation
