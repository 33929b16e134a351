"""The bytes of a stream's events. What all viewers of a state share is made once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from scout_os.leaderboard.models import Leaderboard, Row, Source, Standing, View
from scout_os.leaderboard.responses import board_json, rank_json

HEARTBEAT = b": heartbeat\n\n"
RETRY_MS = 60_000
EndReason = Literal["token_expired", "access_ended", "shutdown", "too_slow", "ticket_over"]


class Frame:
    def __init__(self, view: View, as_of: datetime, version: int) -> None:
        self.version = version
        self._view = view
        self._as_of = as_of
        self._anonymous: dict[int, bytes] = {}

    def event(self, limit: int, mine: Standing | None, neighbours: Sequence[Row] | None) -> bytes:
        """The event for a viewer of `limit` rows; `mine` is None without a token, `neighbours` if they are not wanted."""
        if mine is not None:
            return self._event(limit, mine, neighbours)
        if limit not in self._anonymous:
            self._anonymous[limit] = self._event(limit, None, None)
        return self._anonymous[limit]

    def _event(self, limit: int, mine: Standing | None, neighbours: Sequence[Row] | None) -> bytes:
        board = Leaderboard(self._view, limit, mine, self._as_of)
        me = b"null" if mine is None else rank_json(board, neighbours)
        return b'event: board\nid: %d\ndata: {"leaderboard":%b,"me":%b}\n\n' % (self.version, board_json(board), me)


def stale_event(source: Source, *, stale: bool) -> bytes:
    """A store is away and the board may be behind (`stale`), or both are back."""
    return _event("stale", {"stale": stale, "source": source})


def end_event(reason: EndReason) -> bytes:
    return _event("end", {"reason": reason})


def ticket_over_event() -> bytes:
    """The only event of a stream that was asked for with a bad ticket; who comes back with it waits long."""
    detail = "Tiket habis: mintalah yang baru (ask for a new ticket): POST /api/v1/leaderboard/stream/ticket"
    return b"retry: %d\n" % RETRY_MS + _event("end", {"reason": "ticket_over", "detail": detail})


def _event(name: str, data: dict[str, object]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
