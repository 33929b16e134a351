"""The SQL of the outbox relay and of the rebuild. What takes a connection works in its caller's transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

from scout_os.core.postgres import Connection, Database, Record
from scout_os.leaderboard.models import Register
from scout_os.leaderboard.repository import ELIGIBLE

COUNT_SECONDS = 30
TOTAL = f"CASE WHEN {ELIGIBLE} THEN total_xp END"
"""The XP of a learner who is on the board, else null."""

_REGISTER = f"id, board_era, {TOTAL} AS total_xp"
_HAS_REGISTER = f"({ELIGIBLE}) OR board_era > 0"
_WRITTEN = f"id || ' ' || board_era || ' ' || coalesce(({TOTAL})::text, '-')"


async def oldest_outbox_seconds(database: Database) -> float:
    """Age of the oldest outbox row in seconds; 0 if none waits."""
    age: float | None = await database.fetchval(
        "SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 FROM board_outbox ORDER BY id LIMIT 1"
    )
    return age or 0.0


async def take_link(connection: Connection) -> str | None:
    """Lock the row of `board_state`; its link, or None if another process drains or swaps at the moment."""
    link: str | None = await connection.fetchval("SELECT link FROM board_state WHERE id = 1 FOR UPDATE SKIP LOCKED")
    return link


async def end_stuck_sessions(connection: Connection, seconds: float) -> int:
    """End sessions of this role whose client has been silent for `seconds` in the middle of a statement; how many.

    A client that freezes between parsing a statement and running it keeps its locks. For PostgreSQL it is neither idle in
    a transaction nor running a statement, so neither time limit ends it.
    """
    ended: int = await connection.fetchval(
        """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()
           AND state = 'active' AND wait_event = 'ClientRead' AND query NOT ILIKE 'copy%'
           AND state_change < clock_timestamp() - make_interval(secs => $1)
        """,
        seconds,
    )
    return ended


async def set_link(connection: Connection, link: str) -> None:
    await connection.execute("UPDATE board_state SET link = $1 WHERE id = 1", link)


async def take_outbox(connection: Connection, limit: int) -> list[int]:
    """Delete up to `limit` rows of the outbox, oldest first; whose they were."""
    rows = await connection.fetch(
        """
        DELETE FROM board_outbox WHERE id IN (
            SELECT id FROM board_outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
        ) RETURNING user_id
        """,
        limit,
    )
    return list({row["user_id"] for row in rows})


async def list_registers(connection: Connection, user_ids: list[int]) -> list[Register]:
    """The present registers of `user_ids`; a user without a row has none."""
    rows = await connection.fetch(f"SELECT {_REGISTER} FROM users WHERE id = ANY ($1::bigint[])", user_ids)
    return [_to_register(row) for row in rows]


async def read_identity(connection: Connection) -> str:
    """Which history of which database this connection reads. Only a primary can tell."""
    identity: str = await connection.fetchval("SELECT board_identity()")
    return identity


async def stream_registers(connection: Connection, chunk: int) -> AsyncIterator[list[str]]:
    """All registers in chunks: learners on the board, and learners with an era. In the transaction's snapshot.

    Written as `RedisBoard.add_chunk` takes them: PostgreSQL does that at a fraction of what it costs here.
    """
    cursor = await connection.cursor(f"SELECT {_WRITTEN} FROM users WHERE {_HAS_REGISTER}")
    while rows := await cursor.fetch(chunk):
        yield [row[0] for row in rows]


async def count_registers(connection: Connection) -> int:
    """How many registers `stream_registers` gives, for a progress bar. Slow in a large installation."""
    await connection.execute(f"SET LOCAL statement_timeout = '{COUNT_SECONDS}s'")
    count: int = await connection.fetchval(f"SELECT count(*) FROM users WHERE {_HAS_REGISTER}", timeout=COUNT_SECONDS)
    return count


async def shorten_outbox(connection: Connection, keep: int) -> bool:
    """If more than `keep` rows wait, drop them all and change the link: the board is rebuilt when Redis is back."""
    too_many = await connection.fetchval(
        "SELECT count(*) > $1 FROM (SELECT FROM board_outbox LIMIT $1 + 1) waiting", keep
    )
    if too_many:
        await connection.execute("DELETE FROM board_outbox", timeout=COUNT_SECONDS)
        await set_link(connection, uuid4().hex)
    return bool(too_many)


async def take_lease(connection: Connection, token: str, seconds: float) -> str | None:
    """Become the only builder for `seconds`; PostgreSQL's link, or None while another process builds."""
    link: str | None = await connection.fetchval(
        """
        UPDATE board_state SET builder = $1, builder_until = clock_timestamp() + make_interval(secs => $2)
         WHERE id = 1 AND (builder IS NULL OR builder_until < clock_timestamp())
        RETURNING link
        """,
        token,
        seconds,
    )
    return link


async def renew_lease(connection: Connection, token: str, seconds: float) -> bool:
    """Stay the builder for `seconds`; False if another process has taken over."""
    renewed = await connection.fetchval(
        """
        UPDATE board_state SET builder_until = clock_timestamp() + make_interval(secs => $2)
         WHERE id = 1 AND builder = $1 RETURNING 1
        """,
        token,
        seconds,
    )
    return renewed is not None


async def lock_as_builder(connection: Connection, token: str) -> str | None:
    """Lock `board_state` for the swap; PostgreSQL's link, or None if another process has taken over."""
    link: str | None = await connection.fetchval(
        "SELECT link FROM board_state WHERE id = 1 AND builder = $1 FOR UPDATE", token
    )
    return link


async def end_lease(connection: Connection, token: str) -> None:
    await connection.execute(
        "UPDATE board_state SET builder = NULL, builder_until = NULL WHERE id = 1 AND builder = $1", token
    )


def _to_register(row: Record) -> Register:
    return Register(row["id"], row["board_era"], row["total_xp"])
