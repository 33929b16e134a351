"""The board as Redis has it, looked at once for all who ask at the same moment; or why Redis must not be believed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from scout_os.core.batcher import Batcher
from scout_os.core.problems import Unavailable
from scout_os.leaderboard.models import Distrust, Score, Top, View
from scout_os.leaderboard.read.profiles import Profiles, show
from scout_os.leaderboard.read.shared_page import PAGE_ROWS
from scout_os.leaderboard.redis.redis_board import BoardAway, RedisBoard
from scout_os.leaderboard.sync.outbox_relay import OutboxRelay

_Asker: TypeAlias = tuple[bool, int | None]
"""Whether rows are wanted, and whose standing."""
_NO_ROWS = Top([])


@dataclass(frozen=True, slots=True)
class _Kept:
    """The rows of the last look; what does not change until the next one (names, JSON) is made ready once."""

    digest: str
    scores: list[Score]
    top: Top = _NO_ROWS
    """Without rows until the faces are known."""


class RedisReader:
    """Reads the board in Redis, and sees to it that what is wrong there is mended."""

    def __init__(self, *, board: RedisBoard, profiles: Profiles, relay: OutboxRelay) -> None:
        self._board = board
        self._profiles = profiles
        self._relay = relay
        self._looks: Batcher[_Asker, View | Distrust] = Batcher(self._answer)
        self._kept = _Kept("", [])

    async def read(self, user_id: int | None, *, rows: bool) -> View | Distrust:
        """As `look`, for one asker, who shares the look with all others who wait at this moment."""
        return await self._looks.get((rows, user_id))

    async def look(self, user_ids: Collection[int], *, rows: bool) -> View | Distrust:
        """The first rows (if they are wanted) and the standings of `user_ids`, as of now or later."""
        kept = self._kept
        try:
            look = await self._board.look(user_ids, rows=PAGE_ROWS if rows else 0, known=kept.digest if rows else "")
        except BoardAway:
            return "away"
        if look is None:
            self._relay.wake()
            return "absent"
        if self._relay.is_behind:
            return "behind"
        top, unverified = _NO_ROWS, self._relay.has_lost_postgres
        if rows:
            self._profiles.see_mark(look.profiles)
            if look.scores is not None:
                kept = self._kept = _Kept(look.digest, look.scores)
            try:
                top = await self._show(kept)
            except Unavailable:
                # Nobody can say whether Redis lacks something; better its page, marked, than none.
                top, unverified = show(kept.scores, self._profiles.recall(_ids(kept))), True
            except _Stranger:
                self._relay.wake()
                return "stranger"
        return View(top, look.standings, "redis", unverified=unverified, changes=look.changes)

    async def _answer(self, askers: Collection[_Asker]) -> dict[_Asker, View | Distrust]:
        users = list({user for _, user in askers if user is not None})
        return dict.fromkeys(askers, await self.look(users, rows=any(rows for rows, _ in askers)))

    async def _show(self, kept: _Kept) -> Top:
        """The rows with their profiles. Raises `_Stranger` if somebody on them may not be there, and `Unavailable`."""
        ids = _ids(kept)
        if kept.top.rows and self._profiles.are_fresh(ids):
            return kept.top
        profiles = await self._profiles.find(ids)
        if len(profiles) < len(ids):
            raise _Stranger
        self._kept = _Kept(kept.digest, kept.scores, show(kept.scores, profiles))
        return self._kept.top


class _Stranger(Exception):
    """PostgreSQL knows of somebody on the page that they are not on the board."""


def _ids(kept: _Kept) -> list[int]:
    return [score.user_id for score in kept.scores]
