"""The board from Redis, read once for all who ask at the same moment; or why Redis is not believed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from scout_os.core.batcher import Batcher
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.models import Score, Top, View
from scout_os.leaderboard.read.profiles import Profiles, show
from scout_os.leaderboard.read.shared_page import PAGE_ROWS
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from scout_os.leaderboard.trust import Distrust, Drain, Trust

_Asker: TypeAlias = tuple[bool, int | None]
"""Whether rows are wanted, and whose standing."""
_NO_ROWS = Top([])


@dataclass(frozen=True, slots=True)
class _Kept:
    """The first scores as last read. While their digest stays, names and JSON are made ready once."""

    digest: str
    scores: list[Score]
    top: Top = _NO_ROWS
    """Without rows until the profiles are known."""

    @property
    def user_ids(self) -> list[int]:
        return [score.user_id for score in self.scores]


class RedisReader:
    """Reads the board in Redis, and wakes the drain when what it finds there is wrong."""

    def __init__(self, *, board: RedisBoard, profiles: Profiles, trust: Trust, drain: Drain) -> None:
        self._board = board
        self._profiles = profiles
        self._trust = trust
        self._drain = drain
        self._reads: Batcher[_Asker, View | Distrust] = Batcher(self._answer)
        self._kept = _Kept("", [])

    async def read(self, user_id: int | None, *, rows: bool) -> View | Distrust:
        """As `look`, for one asker, who shares the call with all others who wait at this moment."""
        return await self._reads.get((rows, user_id))

    async def look(self, user_ids: Collection[int], *, rows: bool) -> View | Distrust:
        """The first rows (if they are wanted) and the standings of `user_ids`, as of now or later."""
        kept = self._kept
        try:
            found = await self._board.look(user_ids, rows=PAGE_ROWS if rows else 0, known=kept.digest if rows else "")
        except BoardAway:
            return Distrust.AWAY
        if found is None:
            self._drain.wake()
            return Distrust.ABSENT
        if (distrust := self._trust.distrust()) is not None:
            return distrust
        top, unverified = _NO_ROWS, self._trust.has_lost_postgres
        if rows:
            self._profiles.see_mark(found.profiles)
            if found.scores is not None:
                kept = self._kept = _Kept(found.digest, found.scores)
            try:
                top = await self._show(kept)
            except Unavailable:  # a page that is marked as stale is better than none
                top, unverified = show(kept.scores, self._profiles.recall(kept.user_ids)), True
            except _UnknownMember:
                self._drain.wake()
                return Distrust.UNKNOWN_MEMBER
        return View(top, found.standings, "redis", unverified=unverified, changes=found.changes)

    async def _answer(self, askers: Collection[_Asker]) -> dict[_Asker, View | Distrust]:
        users = list({user for _, user in askers if user is not None})
        return dict.fromkeys(askers, await self.look(users, rows=any(rows for rows, _ in askers)))

    async def _show(self, kept: _Kept) -> Top:
        """The rows with their profiles. Raises `_UnknownMember`, `Unavailable`."""
        if kept.top.rows and self._profiles.are_fresh(kept.user_ids):
            return kept.top
        profiles = await self._profiles.find(kept.user_ids)
        if len(profiles) < len(kept.scores):
            raise _UnknownMember
        self._kept = _Kept(kept.digest, kept.scores, show(kept.scores, profiles))
        return self._kept.top


class _UnknownMember(Exception):
    """Somebody on the page is not on the board, as PostgreSQL says."""
