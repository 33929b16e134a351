"""All SQL of privacy. Hiding and erasing change a place on the board, so moderation does them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scout_os.core.postgres import Database
from scout_os.core.problems import Unauthenticated

RECORDS = {
    "user_progress": "SELECT to_jsonb(t) - 'user_id' FROM user_progress t WHERE user_id = $1 ORDER BY created_at, level_id",
    # The actor of a correction is somebody else's data.
    "xp_ledger": "SELECT to_jsonb(t) - 'user_id' - 'actor' FROM xp_ledger t WHERE user_id = $1 ORDER BY id",
    "activity_days": "SELECT to_jsonb(t) - 'user_id' FROM activity_days t WHERE user_id = $1 ORDER BY day",
    "graded_attempts": "SELECT to_jsonb(t) - 'user_id' FROM graded_attempts t WHERE user_id = $1 ORDER BY graded_at",
    "idempotency_keys": """
        SELECT to_jsonb(t) - 'user_id' - 'fingerprint' || jsonb_build_object('answer', convert_from(answer, 'UTF8')::jsonb)
          FROM idempotency_keys t WHERE user_id = $1 ORDER BY created_at""",
    "review_flags": "SELECT to_jsonb(t) - 'user_id' - 'closed_by' FROM review_flags t WHERE user_id = $1 ORDER BY id",
    "revoked_tokens": "SELECT to_jsonb(t) - 'user_id' FROM revoked_tokens t WHERE user_id = $1 ORDER BY revoked_at",
    "user_identities": "SELECT to_jsonb(t) - 'user_id' FROM user_identities t WHERE user_id = $1 ORDER BY created_at",
    "password_codes": "SELECT to_jsonb(t) - 'user_id' - 'code_hash' FROM password_codes t WHERE user_id = $1",
    "known_addresses": "SELECT to_jsonb(t) - 'user_id' FROM known_addresses t WHERE user_id = $1 ORDER BY seen_at",
    "sign_ups": "SELECT to_jsonb(t) - 'user_id' - 'request' FROM sign_ups t WHERE user_id = $1 ORDER BY created_at",
    "board_outbox": "SELECT to_jsonb(t) - 'user_id' FROM board_outbox t WHERE user_id = $1 ORDER BY id",
}
"""Every table with data about a learner. A test finds missing ones."""

_PROFILE = """
SELECT to_jsonb(u) - 'password_hash' || jsonb_build_object('has_password', password_hash IS NOT NULL)
  FROM users u WHERE id = $1 AND is_active
"""
_ALL = "SELECT " + ", ".join(
    [f"({_PROFILE}) AS users", *(f"ARRAY({sql}) AS {table}" for table, sql in RECORDS.items())]
)


class PrivacyRepository:
    """The data about a learner. Both methods raise `Unauthenticated` if the learner is no longer active."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_holdings(self, user_id: int) -> tuple[str, Mapping[str, Sequence[str]]]:
        """The profile, and the records by table, from one snapshot. JSON objects stay texts: there may be very many."""
        row = await self._database.fetchrow(_ALL, user_id)
        if row is None or row["users"] is None:
            raise Unauthenticated
        return row["users"], {table: row[table] for table in RECORDS}

    async def is_hidden(self, user_id: int) -> bool:
        hidden: bool | None = await self._database.fetchval(
            "SELECT is_hidden FROM users WHERE id = $1 AND is_active", user_id
        )
        if hidden is None:
            raise Unauthenticated
        return hidden
