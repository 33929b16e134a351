"""All SQL of corrections. Each is one transaction that changes a learner's place and queues it for the board.

What makes them right beside submissions and each other:
- the learner's row is locked before anything is decided, and by everybody first, so they queue up and never deadlock;
- whatever takes XP or the place away raises `board_era`, so no late write of an earlier era can undo it.
"""

from __future__ import annotations

from scout_os.core.postgres import Connection, Database, Record
from scout_os.corrections.models import MAX_TOTAL_XP, Order, Place
from scout_os.corrections.problems import CorrectionIdReused, XpOutOfRange
from scout_os.training.models import ScoreChange
from scout_os.users.problems import UnknownUser

_TELL = """
), queued AS (
    INSERT INTO board_outbox (user_id) SELECT id FROM changed
)
SELECT l.id,
       coalesce(c.total_xp, l.total_xp) AS total_xp,
       coalesce(c.board_era, l.board_era) AS board_era,
       c.id IS NOT NULL AS is_changed,
       c.on_board,
       CASE WHEN c.id IS NOT NULL THEN board_identity() END AS board_identity
  FROM learner l LEFT JOIN changed c ON c.id = l.id
"""
"""The end of each statement here: its parts `learner` (the locked row) and `changed` become an outbox row and an answer."""

_CORRECT = f"""
WITH learner AS MATERIALIZED (
    SELECT id, total_xp, board_era FROM users WHERE id = $1 AND is_active FOR NO KEY UPDATE
), booked AS (
    INSERT INTO xp_ledger (user_id, source, amount, submission_id, actor, reason)
    SELECT id, $2::text, $3::bigint, $4::uuid, $5::text, $6::text
      FROM learner WHERE total_xp + $3::bigint BETWEEN 0 AND {MAX_TOTAL_XP}
    ON CONFLICT ON CONSTRAINT xp_ledger_pays_once DO NOTHING
    RETURNING user_id, amount
), changed AS (
    UPDATE users u SET total_xp = u.total_xp + b.amount, board_era = u.board_era + 1
      FROM booked b WHERE u.id = b.user_id
    RETURNING u.id, u.total_xp, u.board_era, u.on_board
{_TELL}"""

# Whoever writes to the ledger holds the learner's row, so a learner's rows are numbered in the order of their commits,
# and the sum up to a row is the total that its transaction left.
_FIND_CORRECTION = """
SELECT x.amount, x.reason, u.board_era,
       (SELECT sum(e.amount)::bigint FROM xp_ledger e WHERE e.user_id = x.user_id AND e.id <= x.id) AS total_xp
  FROM xp_ledger x JOIN users u ON u.id = x.user_id
 WHERE x.user_id = $1 AND x.source = $2
"""

_SET_SUSPENDED = f"""
WITH learner AS MATERIALIZED (
    SELECT id, total_xp, board_era, is_suspended FROM users WHERE id = $1 AND is_active FOR NO KEY UPDATE
), changed AS (
    UPDATE users u SET is_suspended = $2::bool, board_era = u.board_era + 1
      FROM learner l WHERE u.id = l.id AND l.is_suspended <> $2::bool
    RETURNING u.id, u.total_xp, u.board_era, u.on_board
{_TELL}"""

# FOR UPDATE, because clearing the username (a unique key) needs that lock in the end: raising it half-way could deadlock.
_LOCK_ANY = "SELECT id FROM users WHERE id = $1 FOR UPDATE"

_DELETE = f"""
WITH learner AS MATERIALIZED (
    SELECT id, total_xp, board_era, NOT is_active AND name = '' AS is_tombstone FROM users WHERE id = $1
), progress AS (
    DELETE FROM user_progress WHERE user_id = $1
), days AS (
    DELETE FROM activity_days WHERE user_id = $1
), keys AS (
    DELETE FROM idempotency_keys WHERE user_id = $1
), changed AS (
    UPDATE users u
       SET username = NULL, name = '', password_hash = NULL, picture_url = NULL, gugus_depan = NULL,
           is_active = false, is_suspended = DEFAULT, is_hidden = DEFAULT, is_pro = DEFAULT, role = DEFAULT,
           streak = DEFAULT, longest_streak = DEFAULT, last_active_date = NULL, timezone = DEFAULT,
           hearts = DEFAULT, hearts_date = NULL, board_era = u.board_era + 1
      FROM learner l WHERE u.id = l.id AND NOT l.is_tombstone
    RETURNING u.id, u.total_xp, u.board_era, u.on_board
{_TELL}"""
"""The row stays for its id, its total and its era: the ledger's rows are for ever, and late writes must meet an era."""


class CorrectionRepository:
    """Changes of learners by admins. All raise `UnknownUser`, and `Unavailable`, after which the outcome is unknown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_id(self, username: str) -> int:
        """Whose username (in its normal spelling) this is, disabled accounts included."""
        user_id: int | None = await self._database.fetchval("SELECT id FROM users WHERE username = $1", username)
        if user_id is None:
            raise UnknownUser
        return user_id

    async def correct(self, order: Order) -> Place:
        """Book `order` for an active learner, once. Raises `XpOutOfRange`, `CorrectionIdReused`.

        For an order that was booked already: the total that it left, and the era of today.
        """
        source = f"correction:{order.correction_id}"
        values = (source, order.amount, order.correction_id, str(order.actor), order.reason)
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_CORRECT, order.user_id, *values)
            if row is None:
                raise UnknownUser
            if row["is_changed"]:
                return _to_place(row)
            # A statement of its own: a twin that was first has committed by now, and only a new snapshot shows it.
            first = await connection.fetchrow(_FIND_CORRECTION, order.user_id, source)
        if first is None:
            raise XpOutOfRange(row["total_xp"])
        if (first["amount"], first["reason"]) != (order.amount, order.reason):
            raise CorrectionIdReused
        return Place(order.user_id, first["total_xp"], first["board_era"], change=None)

    async def set_suspended(self, user_id: int, *, suspended: bool) -> Place:
        """Suspend or restore an active learner; the XP stays."""
        row = await self._database.fetchrow(_SET_SUSPENDED, user_id, suspended)
        if row is None:
            raise UnknownUser
        return _to_place(row)

    async def delete(self, user_id: int) -> Place:
        """Make a nameless tombstone of any account, and delete what hangs on it but the ledger."""
        async with self._database.transaction() as connection:
            return await _delete(connection, user_id)


async def _delete(connection: Connection, user_id: int) -> Place:
    # Lock first, in a statement of its own: the next one's snapshot then shows what a submission that was first has written.
    if await connection.fetchval(_LOCK_ANY, user_id) is None:
        raise UnknownUser
    row = await connection.fetchrow(_DELETE, user_id)
    assert row is not None  # noqa: S101 - the row is ours until the transaction ends
    return _to_place(row)


def _to_place(row: Record) -> Place:
    user_id, total_xp, era = row["id"], row["total_xp"], row["board_era"]
    change = None
    if row["is_changed"]:
        shown = total_xp if row["on_board"] and total_xp > 0 else None
        change = ScoreChange(user_id, era, shown, row["board_identity"])
    return Place(user_id, total_xp, era, change)
