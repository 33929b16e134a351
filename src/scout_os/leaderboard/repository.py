"""The board's side of PostgreSQL: the truth that Redis copies, and the answer when Redis has none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable
from uuid import uuid4

from scout_os.core.postgres import Connection, Database, Record
from scout_os.leaderboard.models import Profile, Register, Score
from scout_os.leaderboard.read.histogram import Histogram

_ORDER = 'total_xp DESC, (id::text) COLLATE "C" DESC'
"""As a Redis sorted set lists it: XP descending, then the member's bytes descending. Served by `users_board_idx`."""

COUNT_SECONDS = 30

_REGISTER = "id, board_era, CASE WHEN on_board AND total_xp > 0 THEN total_xp END AS total_xp"


class BoardRepository:
    """Reads the truth about the board."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read_page(self, limit: int) -> list[Score]:
        """The first `limit` scores, from one snapshot."""
        rows = await self._database.fetch(
            f"SELECT id, total_xp FROM users WHERE on_board AND total_xp > 0 ORDER BY {_ORDER} LIMIT $1", limit
        )
        return [Score(row["id"], row["total_xp"]) for row in rows]

    async def read_histogram(self) -> Histogram:
        """How many learners have how much XP."""
        rows = await self._database.fetch(
            "SELECT total_xp, count(*) FROM users WHERE on_board AND total_xp > 0 GROUP BY total_xp"
        )
        return Histogram((row[0], row[1]) for row in rows)

    async def list_totals(self, user_ids: Collection[int]) -> dict[int, int | None]:
        """The XP with which each of `user_ids` stands on the board; None: not on it."""
        rows = await self._database.fetch(
            "SELECT id, total_xp FROM users WHERE id = ANY ($1::bigint[]) AND on_board AND total_xp > 0", user_ids
        )
        totals: dict[int, int | None] = dict.fromkeys(user_ids)
        totals.update((row["id"], row["total_xp"]) for row in rows)
        return totals

    async def oldest_outbox_seconds(self) -> float:
        """Age of the oldest outbox row in seconds; 0 if none waits."""
        age: float | None = await self._database.fetchval(
            "SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 FROM board_outbox ORDER BY id LIMIT 1"
        )
        return age or 0.0

    async def count_learners(self) -> int:
        """How many learners are on the board."""
        count: int = await self._database.fetchval("SELECT count(*) FROM users WHERE on_board AND total_xp > 0")
        return count

    async def count_outbox(self) -> int:
        """How many outbox rows wait."""
        count: int = await self._database.fetchval("SELECT count(*) FROM board_outbox")
        return count

    async def list_profiles(self, user_ids: Iterable[int]) -> dict[int, Profile]:
        """Names and pictures of those of `user_ids` who may be on the board."""
        rows = await self._database.fetch(
            "SELECT id, name, picture_url FROM users WHERE id = ANY ($1::bigint[]) AND on_board", list(user_ids)
        )
        return {row["id"]: Profile(row["name"], row["picture_url"]) for row in rows}


async def take_link(connection: Connection) -> str | None:
    """Lock the one row of `board_state` and tell its link; None if another process drains or swaps just now."""
    link: str | None = await connection.fetchval("SELECT link FROM board_state WHERE id = 1 FOR UPDATE SKIP LOCKED")
    return link


async def end_stuck_sessions(connection: Connection, seconds: float) -> int:
    """End sessions of this role whose client has been silent for `seconds` in the middle of a statement; how many.

    A client that is frozen between parsing a statement and running it keeps its transaction, and its locks: to PostgreSQL
    it is neither idle in the transaction nor is its statement running, so no time limit of those ends it.
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
    """Delete up to `limit` rows of the outbox, oldest first, and tell whose they were."""
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
    """The present truth of `user_ids`; a user whose row is gone counts as never having been there."""
    rows = await connection.fetch(f"SELECT {_REGISTER} FROM users WHERE id = ANY ($1::bigint[])", user_ids)
    return [_to_register(row) for row in rows]


async def read_identity(connection: Connection) -> str:
    """Which history of which database this connection reads; only the primary can tell."""
    identity: str = await connection.fetchval("SELECT board_identity()")
    return identity


async def stream_registers(connection: Connection, chunk: int) -> AsyncIterator[list[Register]]:
    """Everyone on the board, and everyone with an era, in chunks; in the transaction's own snapshot."""
    cursor = await connection.cursor(
        f"SELECT {_REGISTER} FROM users WHERE (on_board AND total_xp > 0) OR board_era > 0"
    )
    while rows := await cursor.fetch(chunk):
        yield [_to_register(row) for row in rows]


async def count_registers(connection: Connection) -> int:
    """How many registers `stream_registers` will give, for a progress bar. May take long in a large installation."""
    await connection.execute(f"SET LOCAL statement_timeout = '{COUNT_SECONDS}s'")
    count: int = await connection.fetchval(
        "SELECT count(*) FROM users WHERE (on_board AND total_xp > 0) OR board_era > 0", timeout=COUNT_SECONDS
    )
    return count


async def shorten_outbox(connection: Connection, keep: int) -> bool:
    """Drop all rows if more than `keep` wait, and renew the link, so that the board is rebuilt when Redis is back."""
    too_many = await connection.fetchval(
        "SELECT count(*) > $1 FROM (SELECT FROM board_outbox LIMIT $1 + 1) waiting", keep
    )
    if too_many:
        await connection.execute("DELETE FROM board_outbox", timeout=COUNT_SECONDS)
        await set_link(connection, uuid4().hex)
    return bool(too_many)


async def take_lease(connection: Connection, token: str, seconds: float) -> str | None:
    """Become the installation's only builder, for `seconds`; PostgreSQL's link, or None while another one builds."""
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
    """Stay the builder; False if another one has taken over."""
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
    """Lock `board_state` for the swap; PostgreSQL's link, or None if we are no longer the builder."""
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
