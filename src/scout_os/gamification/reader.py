"""The board as Redis has it, looked at once for all who ask at the same moment."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeAlias

from scout_os.core.grouped import Grouped
from scout_os.core.problems import Unavailable
from scout_os.gamification.board import Board
from scout_os.gamification.faces import Faces, show
from scout_os.gamification.models import Found, Look, Score, Top
from scout_os.gamification.shared_page import PAGE_ROWS

_Asker: TypeAlias = tuple[bool, int | None]
"""Whether rows are wanted, and whose standing."""
Distrust = Literal["absent", "stranger"]
"""Why Redis must not be believed: it has no whole board, or somebody on it who may not be there."""
_NO_ROWS = Top([])


class BoardReader:
    """Reads the board in Redis. What does not change between two looks (rows, names) is made ready once."""

    def __init__(self, *, board: Board, faces: Faces) -> None:
        self._board = board
        self._faces = faces
        self._looks: Grouped[_Asker, Found | Distrust] = Grouped(self._answer)
        self._digest = ""
        self._scores: list[Score] = []
        self._top = _NO_ROWS

    async def read(self, user_id: int | None, *, rows: bool) -> Found | Distrust:
        """The top (if `rows` are wanted) and the standing of `user_id`, as of now or later. Raises `BoardAway`."""
        return await self._looks.get((rows, user_id))

    async def _answer(self, askers: Collection[_Asker]) -> dict[_Asker, Found | Distrust]:
        users = list({user for _, user in askers if user is not None})
        if not any(rows for rows, _ in askers):
            look = await self._board.look(users, rows=0)
            return {asker: _found(look, asker, _NO_ROWS) for asker in askers}
        look = await self._board.look(users, rows=PAGE_ROWS, known=self._digest)
        if look is None:
            return dict.fromkeys(askers, "absent")
        try:
            top, verified = await self._show(look), True
        except Unavailable:
            # Nobody can say whether Redis lacks something; better its page, marked, than none.
            top, verified = show(self._scores, self._faces.recall(self._ids())), False
        if top is None:
            return {asker: "stranger" if asker[0] else _found(look, asker, _NO_ROWS) for asker in askers}
        return {asker: _found(look, asker, top if asker[0] else _NO_ROWS, verified=verified) for asker in askers}

    async def _show(self, look: Look) -> Top | None:
        """The rows with their faces; None if PostgreSQL knows of somebody on them that they may not be there."""
        self._faces.see_mark(look.faces)
        if look.scores is None and self._top.rows and self._faces.are_fresh(self._ids()):
            return self._top
        if look.scores is not None:
            self._digest, self._scores, self._top = look.digest, look.scores, _NO_ROWS
        faces = await self._faces.find(self._ids())
        if len(faces) < len(self._scores):
            return None
        self._top = show(self._scores, faces)
        return self._top

    def _ids(self) -> list[int]:
        return [score.user_id for score in self._scores]


def _found(look: Look | None, asker: _Asker, top: Top, *, verified: bool = True) -> Found | Distrust:
    if look is None:
        return "absent"
    _, user_id = asker
    mine = None if user_id is None else look.standings[user_id]
    return Found(top, mine, "redis", unverified=not verified)
