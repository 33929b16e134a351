"""The SQL of the audit: what Redis should hold, and the changes that make the drain repair it."""

from __future__ import annotations

from dataclasses import dataclass

from scout_os.core.postgres import Connection
from scout_os.leaderboard.sync.repository import TOTAL

FIRST = -(2**63)

_CHAIN = "(SELECT link FROM board_state WHERE id = 1) AS link, board_identity() AS identity"


@dataclass(frozen=True, slots=True)
class Slice:
    """Some learners' places, with the link and identity of the same snapshot."""

    identity: str
    link: str
    places: str
    """"id total id total ...", as `lua/audit.lua` takes them: text from end to end costs no work per learner here."""
    learners: int
    last_id: int


@dataclass(frozen=True, slots=True)
class Place:
    """What decides a learner's place. If it is equal in two snapshots, it did not change in between."""

    era: int | None
    total_xp: int | None
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """Some learners' places one by one, with the link and identity of the same snapshot."""

    identity: str
    link: str
    by_learner: dict[int, Place]

    @property
    def places(self) -> str:
        """As those of a `Slice`."""
        return " ".join(f"{user_id} {place.total_xp or '-'}" for user_id, place in self.by_learner.items())


async def read_slice(connection: Connection, after: int, limit: int) -> Slice:
    """The next `limit` learners by id, eligible or not: one who should not be on the board may be there."""
    row = await connection.fetchrow(
        f"""
        SELECT {_CHAIN}, count(*) AS learners, coalesce(max(id), $1::bigint) AS last_id,
               coalesce(string_agg(id || ' ' || coalesce(total::text, '-'), ' '), '') AS places
          FROM (SELECT id, {TOTAL} AS total FROM users WHERE id > $1 ORDER BY id LIMIT $2) AS learner
        """,
        after,
        limit,
    )
    assert row is not None  # noqa: S101 - an aggregate
    return Slice(row["identity"], row["link"], row["places"], row["learners"], row["last_id"])


async def read_truth(connection: Connection, user_ids: list[int]) -> Truth:
    """The present places of `user_ids` (at least one), in one snapshot. An id without a user has an empty place."""
    rows = await connection.fetch(
        f"""
        WITH waiting AS MATERIALIZED (
            SELECT DISTINCT user_id FROM board_outbox WHERE user_id = ANY ($1::bigint[])
        )
        SELECT {_CHAIN}, asked.id, u.board_era, {TOTAL} AS total, w.user_id IS NOT NULL AS is_waiting
          FROM unnest($1::bigint[]) AS asked (id)
          LEFT JOIN users u ON u.id = asked.id
          LEFT JOIN waiting w ON w.user_id = asked.id
         ORDER BY asked.id
        """,
        user_ids,
    )
    places = {row["id"]: Place(row["board_era"], row["total"], row["is_waiting"]) for row in rows}
    return Truth(rows[0]["identity"], rows[0]["link"], places)


async def list_unknown(connection: Connection, ids: list[int]) -> list[int]:
    """Those of `ids` that no user has."""
    rows = await connection.fetch(
        "SELECT id FROM unnest($1::bigint[]) AS m (id) WHERE NOT EXISTS (SELECT FROM users u WHERE u.id = m.id)", ids
    )
    return [row["id"] for row in rows]


async def count_users(connection: Connection) -> int:
    count: int = await connection.fetchval("SELECT count(*) FROM users")
    return count


async def is_waiting(connection: Connection, user_ids: list[int]) -> bool:
    waiting: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM board_outbox WHERE user_id = ANY ($1::bigint[]))", user_ids
    )
    return waiting


async def mend(connection: Connection, *, to_raise: list[int], to_lower: list[int]) -> None:
    """Make the drain write these learners' places again. A row that is locked at the moment waits for the next round."""
    await connection.execute(
        """
        WITH too_high AS MATERIALIZED (
            SELECT id FROM users WHERE id = ANY ($2::bigint[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
        ), raised AS (
            UPDATE users u SET board_era = u.board_era + 1 FROM too_high h WHERE u.id = h.id
        )
        INSERT INTO board_outbox (user_id) SELECT id FROM too_high UNION ALL SELECT unnest($1::bigint[])
        """,
        to_raise,
        to_lower,
    )
