"""All SQL of moderation: lock a learner, decide, then change the row in one statement that also queues it for the board.

Why it is correct beside submissions and other changes:
- Everybody locks the learner's row first, so changes queue up and never deadlock.
- The lock is a statement of its own, so later statements see all that was committed before. A single UPDATE would be
  computed from the row before the wait, and fail its CHECK before PostgreSQL reads the row again.
- Each change raises `board_era`, so no late write of an earlier era can undo it on the board.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from scout_os.core.postgres import Connection, Database, Record
from scout_os.moderation.models import Booked, Locked, Order, Place
from scout_os.training.models import ScoreChange
from scout_os.users.problems import UnknownUser
from scout_os.users.repository import ANOTHER_GENERATION

_LOCKED = """id, total_xp, board_era, is_active, is_suspended, is_hidden, account_key,
             NOT is_active AND name = '' AS is_tombstone"""

_LOCK_ACTIVE = f"SELECT {_LOCKED} FROM users WHERE id = $1 AND is_active FOR NO KEY UPDATE"

# FOR UPDATE, because clearing the username (a unique key) needs that lock; upgrading a weaker one later could deadlock.
_LOCK_ANY = f"SELECT {_LOCKED} FROM users WHERE id = $1 FOR UPDATE"

_QUEUE = """
    RETURNING id, total_xp, board_era, on_board
), queued AS (
    INSERT INTO board_outbox (user_id) SELECT id FROM changed
)
SELECT id, total_xp, board_era, on_board, board_identity() FROM changed
"""
"""The end of each change: queues the row of the part `changed` for the board, and returns it."""

_BOOK = f"""
WITH booked AS (
    INSERT INTO xp_ledger (user_id, source, amount, submission_id, actor, reason) VALUES ($1, $2, $3, $4, $5, $6)
    RETURNING user_id, amount
), changed AS (
    UPDATE users SET total_xp = total_xp + amount, board_era = board_era + 1 FROM booked WHERE id = user_id
{_QUEUE}"""

# Every writer to the ledger locks the learner's row first. So a learner's ledger ids are in commit order, and the sum up
# to a row is the total that its transaction left.
_FIND_BOOKED = """
SELECT x.amount, x.reason,
       (SELECT sum(e.amount)::bigint FROM xp_ledger e WHERE e.user_id = x.user_id AND e.id <= x.id) AS total_xp
  FROM xp_ledger x WHERE x.user_id = $1 AND x.source = $2
"""


def _set(assignments: str) -> str:
    return f"""
WITH changed AS (
    UPDATE users SET {assignments}, board_era = board_era + 1 WHERE id = $1
{_QUEUE}"""


_SET_SUSPENDED = _set("is_suspended = $2")
_SET_ACTIVE = _set(
    f"is_active = $2, token_generation = CASE WHEN $2 THEN token_generation ELSE {ANOTHER_GENERATION} END"
)
_SET_HIDDEN = _set("is_hidden = $2")

_ERASE = f"""
WITH progress AS (
    DELETE FROM user_progress WHERE user_id = $1
), days AS (
    DELETE FROM activity_days WHERE user_id = $1
), keys AS (
    DELETE FROM idempotency_keys WHERE user_id = $1
), graded AS (
    DELETE FROM graded_attempts WHERE user_id = $1
), flags AS (
    DELETE FROM review_flags WHERE user_id = $1
), revoked AS (
    DELETE FROM revoked_tokens WHERE user_id = $1
), codes AS (
    DELETE FROM password_codes WHERE user_id = $1
), identities AS (
    DELETE FROM user_identities WHERE user_id = $1
), addresses AS (
    DELETE FROM known_addresses WHERE user_id = $1
), sign_ups AS (
    DELETE FROM sign_ups WHERE user_id = $1
), changed AS (
    UPDATE users
       SET username = NULL, name = '', password_hash = NULL, picture_url = NULL, gugus_depan = NULL,
           is_active = false, is_suspended = DEFAULT, is_hidden = DEFAULT, is_pro = DEFAULT, role = DEFAULT,
           streak = DEFAULT, longest_streak = DEFAULT, last_active_date = NULL, timezone = DEFAULT,
           hearts = DEFAULT, hearts_date = NULL, board_era = board_era + 1
     WHERE id = $1
{_QUEUE}"""


class ModerationRepository:
    """Changes to learners. All methods but `get_id` run in a transaction that begins with a lock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        return self._database.transaction()

    async def get_id(self, username: str) -> int:
        """The id for a normalised username, even of a disabled account; raises `UnknownUser`."""
        user_id: int | None = await self._database.fetchval("SELECT id FROM users WHERE username = $1", username)
        if user_id is None:
            raise UnknownUser
        return user_id

    async def lock_active(self, connection: Connection, user_id: int) -> Locked:
        """Lock an active learner until the transaction ends; raises `UnknownUser`."""
        return _to_locked(await connection.fetchrow(_LOCK_ACTIVE, user_id))

    async def lock_any(self, connection: Connection, user_id: int) -> Locked:
        """Lock any learner, also against new rows that refer to them; raises `UnknownUser`."""
        return _to_locked(await connection.fetchrow(_LOCK_ANY, user_id))

    async def find_booked(self, connection: Connection, order: Order) -> Booked | None:
        """The correction that was booked earlier with the order's id."""
        row = await connection.fetchrow(_FIND_BOOKED, order.user_id, order.source)
        return None if row is None else Booked(**row)

    async def book(self, connection: Connection, order: Order) -> Place:
        row = await connection.fetchrow(
            _BOOK,
            order.user_id,
            order.source,
            order.amount,
            order.correction_id,
            str(order.actor),
            order.reason,
        )
        return _to_place(row)

    async def set_suspended(self, connection: Connection, user_id: int, *, suspended: bool) -> Place:
        return _to_place(await connection.fetchrow(_SET_SUSPENDED, user_id, suspended))

    async def set_active(self, connection: Connection, user_id: int, *, active: bool) -> Place:
        """Enable or disable; disabling ends all tokens for good."""
        return _to_place(await connection.fetchrow(_SET_ACTIVE, user_id, active))

    async def set_hidden(self, connection: Connection, user_id: int, *, hidden: bool) -> Place:
        """Take the learner off the board by their own wish, or bring them back; the XP stays."""
        return _to_place(await connection.fetchrow(_SET_HIDDEN, user_id, hidden))

    async def erase(self, connection: Connection, user_id: int) -> Place:
        """Turn the row into a nameless tombstone, and delete all that belongs to it except the ledger.

        The row keeps its id, total and era: ledger rows refer to it for ever, and late writes must meet an era.
        """
        return _to_place(await connection.fetchrow(_ERASE, user_id))


def _to_locked(row: Record | None) -> Locked:
    if row is None:
        raise UnknownUser
    return Locked(**row)


def _to_place(row: Record | None) -> Place:
    assert row is not None  # noqa: S101 - the locked row exists
    user_id, total_xp, era = row["id"], row["total_xp"], row["board_era"]
    shown = total_xp if row["on_board"] and total_xp > 0 else None
    return Place(user_id, total_xp, era, ScoreChange(user_id, era, shown, row["board_identity"]))
