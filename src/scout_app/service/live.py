"""The board as it moves: by the service's stream, by asking now and then while there is none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from scout_app.service.backoff import pause
from scout_app.service.errors import Refused, Unreachable
from scout_app.service.models import Board

State = Literal["connecting", "live", "catching_up", "offline"]
ASK_SECONDS = 1.0
"""Between two questions while there is no stream."""
MISSING_SECONDS = 30.0
"""How long a service that has no stream is not asked for one again."""
MOST_SECONDS = 8.0


class Source(Protocol):
    async def board(self) -> Board: ...
    def stream(self, last_event_id: str | None) -> AbstractAsyncContextManager[AsyncIterator[str]]: ...


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    id: str | None
    data: str


async def events(lines: AsyncIterable[str]) -> AsyncIterator[Event]:
    """Server-sent events out of their lines; comments are heartbeats and give none."""
    name, event_id, data = "message", None, list[str]()
    async for line in lines:
        if not line:
            if data:
                yield Event(name, event_id, "\n".join(data))
            name, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "id":
            event_id = value
        elif field == "data":
            data.append(value)


class LiveBoard:
    """Tells of each board and of each change of state. Runs until it is cancelled."""

    def __init__(self, source: Source, *, on_board: Callable[[Board], None], on_state: Callable[[State], None]) -> None:
        self._source = source
        self._on_board = on_board
        self._on_state = on_state
        self._last_event_id: str | None = None
        self._fresh = False
        """Whether the board that was told last lacks nothing."""
        self.state: State = "connecting"

    async def run(self) -> None:
        """Follow the stream; while there is none, ask. The first board is asked for: nobody shall wait for a stream to open."""
        tries = 0
        await self._look()
        while True:
            missing = False
            try:
                async with self._source.stream(self._last_event_id) as lines:
                    if self._last_event_id is not None and self._fresh:
                        self._turn("live")  # who has the present state already is not sent it again
                    async for event in events(lines):
                        tries = 0
                        if event.name == "end":
                            break
                        self._take(event)
            except Unreachable:
                pass  # as after a stream that ended: another try, after a while
            except Refused as refused:
                missing = refused.status != 401  # else the token is over, which its owner notices elsewhere
            tries += 1
            await self._ask(MISSING_SECONDS if missing else pause(tries, most=MOST_SECONDS))

    def _take(self, event: Event) -> None:
        if event.name == "board":
            self._last_event_id = event.id or self._last_event_id
            data = json.loads(event.data)
            me = data.get("me")
            board = Board.of(_inside(data["leaderboard"]), _inside(me) if me else None)
            self._tell(board)
            self._turn("live" if board.fresh else "catching_up")
        elif event.name == "stale":
            data = json.loads(event.data)
            self._turn("catching_up" if data["stale"] or data.get("source") == "postgres" else "live")

    async def _ask(self, seconds: float) -> None:
        """For so long, look at the board by single questions."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            await self._look()
            left = until - loop.time()
            if left <= 0:
                return
            await asyncio.sleep(min(left, ASK_SECONDS))

    async def _look(self) -> None:
        try:
            board = await self._source.board()
        except (Unreachable, Refused):
            self._turn("offline")
        else:
            self._tell(board)
            self._turn("catching_up")

    def _tell(self, board: Board) -> None:
        self._fresh = board.fresh
        self._on_board(board)

    def _turn(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self._on_state(state)


def _inside(body: dict[str, object]) -> dict[str, object]:
    """The data of an enveloped body, or the body itself."""
    data = body.get("data", body)
    return data if isinstance(data, dict) else body
