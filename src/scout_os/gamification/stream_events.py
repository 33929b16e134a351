"""What travels on a stream: the bytes of its events. What all viewers of a state share is made once."""

from __future__ import annotations

import json
from typing import Literal

from scout_os.gamification.answers import board_answer, rank_answer
from scout_os.gamification.crowd import CrowdView
from scout_os.gamification.models import UNRANKED, Leaderboard, Source, Standing
from scout_os.gamification.schemas import MyRank

HEARTBEAT = b": heartbeat\n\n"
EndReason = Literal["token_expired", "access_ended", "shutdown", "too_slow"]

# In JSON a quotation mark inside a text is never without its backslash, so no name of a learner can look like these.
_NOBODY = b'"my_rank":null'
_UNRANKED = b'"my_rank":{"rank":0,"xp":0}'


class Frame:
    """One state of the board, ready to be sent to any viewer."""

    def __init__(self, view: CrowdView, version: int) -> None:
        self.version = version
        self._view = view
        self._pages: dict[int, tuple[bytes, bytes]] = {}
        self._anonymous: dict[int, bytes] = {}
        mine = Leaderboard(view.top, 0, UNRANKED, view.source, view.as_of, stale=view.unverified)
        self._me_head, self._me_tail = rank_answer(mine).model_dump_json().encode().split(_UNRANKED)

    def event(self, limit: int, mine: Standing | None) -> bytes:
        """The event for a viewer of `limit` rows; `mine` None: without a token."""
        if mine is not None:
            head, tail = self._page(limit)
            rank = b'"my_rank":' + MyRank(rank=mine.rank, xp=mine.xp).model_dump_json().encode()
            return b"".join((head, rank, tail, self._me_head, rank, self._me_tail, b"}\n\n"))
        if limit not in self._anonymous:
            head, tail = self._page(limit)
            self._anonymous[limit] = b"".join((head, _NOBODY, tail, b"null}\n\n"))
        return self._anonymous[limit]

    def _page(self, limit: int) -> tuple[bytes, bytes]:
        """What comes before and after the viewer's own rank, up to what is about the viewer alone."""
        if limit not in self._pages:
            view = self._view
            board = Leaderboard(view.top, limit, None, view.source, view.as_of, stale=view.unverified)
            head, tail = board_answer(board).model_dump_json().encode().split(_NOBODY)
            start = b'event: board\nid: %d\ndata: {"leaderboard":' % self.version
            self._pages[limit] = (start + head, tail + b',"me":')
        return self._pages[limit]


def stale_event(source: Source, *, stale: bool) -> bytes:
    """A store is away and the board may lag behind (`stale`), or all is well again."""
    return _event("stale", {"stale": stale, "source": source})


def end_event(reason: EndReason) -> bytes:
    """The last event of a stream."""
    return _event("end", {"reason": reason})


def _event(name: str, data: dict[str, object]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
