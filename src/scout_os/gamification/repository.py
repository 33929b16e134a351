"""The board's side of PostgreSQL: the truth that Redis copies, and the answer when Redis has none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from scout_os.core.postgres import Connection, Database, Record
from scout_os.gamification.models import Face, Page, Register, Score, Standing

_ORDER = 'total_xp DESC, (id::text) COLLATE "C" DESC'
"""As a Redis sorted set lists it: XP descending, then the member's bytes descending. Served by `users_board_idx`."""

_REGISTER = "id, board_era, CASE WHEN on_board AND total_xp > 0 THEN total_xp END AS total_xp"


class BoardRepository:
    """Reads the truth about the board."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read_board(self, limit: int, user_id: int | None) -> tuple[Page, dict[int, Face]]:
        """The first `limit` scores with their faces, and the standing of `user_id`, from one snapshot."""
        async with self._database.transaction("repeatable_read", readonly=True) as connection:
            rows = await connection.fetch(
                f"""
                SELECT id, total_xp, name, picture_url FROM users
                 WHERE on_board AND total_xp > 0 ORDER BY {_ORDER} LIMIT $1
                """,
                limit,
            )
            mine = await _read_standing(connection, user_id) if user_id is not None else None
        faces = {row["id"]: Face(row["name"], row["picture_url"]) for row in rows}
        return Page([Score(row["id"], row["total_xp"]) for row in rows], mine), faces

    async def find_total(self, user_id: int) -> int | None:
        """The XP with which `user_id` stands on the board; None: not on it."""
        total: int | None = await self._database.fetchval(
            "SELECT total_xp FROM users WHERE id = $1 AND on_board AND total_xp > 0", user_id
        )
        return total

    async def count(self) -> tuple[int, int]:
        """How many learners are on the board, and how many outbox rows wait."""
        row = await self._database.fetchrow(
            """
            SELECT (SELECT count(*) FROM users WHERE on_board AND total_xp > 0) AS learners,
                   (SELECT count(*) FROM board_outbox) AS outbox
            """
        )
        assert row is not None  # noqa: S101 - a SELECT of two counts
        return row["learners"], row["outbox"]

    async def list_faces(self, user_ids: Iterable[int]) -> dict[int, Face]:
        """Names and pictures of those of `user_ids` who may be on the board."""
        rows = await self._database.fetch(
            "SELECT id, name, picture_url FROM users WHERE id = ANY ($1::bigint[]) AND on_board", list(user_ids)
        )
        return {row["id"]: Face(row["name"], row["picture_url"]) for row in rows}


async def _read_standing(connection: Connection, user_id: int) -> Standing | None:
    row = await connection.fetchrow(
        """
        SELECT me.total_xp, 1 + (SELECT count(*) FROM users u WHERE u.on_board AND u.total_xp > me.total_xp) AS rank
          FROM users me WHERE me.id = $1 AND me.on_board AND me.total_xp > 0
        """,
        user_id,
    )
    return None if row is None else Standing(row["rank"], row["total_xp"])


async def take_link(connection: Connection) -> str | None:
    """Lock the one row of `board_state` and tell its link; None if another process drains or swaps just now."""
    link: str | None = await connection.fetchval("SELECT link FROM board_state WHERE id = 1 FOR UPDATE SKIP LOCKED")
    return link


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
    """How many registers `stream_registers` will give, for a progress bar."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM users WHERE (on_board AND total_xp > 0) OR board_era > 0"
    )
    return count


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
