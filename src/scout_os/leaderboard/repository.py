"""The board in PostgreSQL, for readers. The SQL that keeps Redis right is in `sync/`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scout_os.core.postgres import Database
from scout_os.leaderboard.models import Profile, Score

_ORDER = 'total_xp DESC, (id::text) COLLATE "C" DESC'
"""As a sorted set lists its members: XP descending, then bytes descending. Served by `users_board_idx`."""

ELIGIBLE = "on_board AND total_xp > 0"
"""Who has a place on the board: the condition of `users_board_idx`."""

_PLACE = '(total_xp, (id::text) COLLATE "C")'
_ROW = "id, total_xp, name, picture_url"
_AROUND = f"""
    SELECT me.id AS asker, near.*
      FROM users me CROSS JOIN LATERAL (
          (SELECT {_ROW} FROM users WHERE {ELIGIBLE} AND {_PLACE} >= (me.total_xp, (me.id::text) COLLATE "C")
            ORDER BY total_xp, (id::text) COLLATE "C" LIMIT $2 + 1)
           UNION ALL
          (SELECT {_ROW} FROM users WHERE {ELIGIBLE} AND {_PLACE} < (me.total_xp, (me.id::text) COLLATE "C")
            ORDER BY {_ORDER} LIMIT $2)) near
     WHERE me.id = ANY ($1::bigint[]) AND me.on_board AND me.total_xp > 0
     ORDER BY me.id, near.total_xp DESC, (near.id::text) COLLATE "C" DESC"""
"""Two short walks along `users_board_idx` for each learner, from the own place up and down."""


class BoardRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def read_page(self, limit: int) -> list[Score]:
        rows = await self._database.fetch(
            f"SELECT id, total_xp FROM users WHERE {ELIGIBLE} ORDER BY {_ORDER} LIMIT $1", limit
        )
        return [Score(row["id"], row["total_xp"]) for row in rows]

    async def list_around(self, user_ids: Collection[int], count: int) -> dict[int, list[tuple[Score, Profile]]]:
        """The rows around each of `user_ids` who is on the board, up to `count` on each side, in order."""
        around: dict[int, list[tuple[Score, Profile]]] = {}
        for row in await self._database.fetch(_AROUND, user_ids, count):
            shown = Score(row["id"], row["total_xp"]), Profile(row["name"], row["picture_url"])
            around.setdefault(row["asker"], []).append(shown)
        return around

    async def count_by_total(self) -> list[tuple[int, int]]:
        rows = await self._database.fetch(f"SELECT total_xp, count(*) FROM users WHERE {ELIGIBLE} GROUP BY total_xp")
        return [(row[0], row[1]) for row in rows]

    async def list_totals(self, user_ids: Collection[int]) -> dict[int, int | None]:
        """The XP of each of `user_ids`; None for those who are not on the board."""
        rows = await self._database.fetch(
            f"SELECT id, total_xp FROM users WHERE id = ANY ($1::bigint[]) AND {ELIGIBLE}", user_ids
        )
        totals: dict[int, int | None] = dict.fromkeys(user_ids)
        totals.update((row["id"], row["total_xp"]) for row in rows)
        return totals

    async def count_learners(self) -> int:
        count: int = await self._database.fetchval(f"SELECT count(*) FROM users WHERE {ELIGIBLE}")
        return count

    async def count_outbox(self) -> int:
        count: int = await self._database.fetchval("SELECT count(*) FROM board_outbox")
        return count

    async def list_profiles(self, user_ids: Iterable[int]) -> dict[int, Profile]:
        """Names and pictures of those of `user_ids` who may be on the board."""
        rows = await self._database.fetch(
            "SELECT id, name, picture_url FROM users WHERE id = ANY ($1::bigint[]) AND on_board", list(user_ids)
        )
        return {row["id"]: Profile(row["name"], row["picture_url"]) for row in rows}
