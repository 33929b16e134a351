"""Streams of the board as a client reads them, and those who change the board meanwhile."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.learners import LEVEL, submit
from tests.service import Service, board_until_redis

HEARTBEAT = "heartbeat"


@dataclass(frozen=True)
class Event:
    """One event; a comment is an event `heartbeat`."""

    name: str
    data: Any = None
    version: int | None = None

    @property
    def rows(self) -> list[tuple[int, int]]:
        """Id and XP of those on the page."""
        return [(row["id"], row["xp"]) for row in self.data["leaderboard"]["data"]["top_users"]]

    @property
    def neighbours(self) -> list[tuple[int, int]]:
        """Id and XP of those around one's own row."""
        return [(row["id"], row["xp"]) for row in self.data["me"]["data"]["neighbours"]]

    @property
    def mine(self) -> tuple[int, int]:
        """One's own rank and XP."""
        rank = self.data["me"]["data"]["my_rank"]
        return rank["rank"], rank["xp"]


@dataclass
class Reading:
    """An open stream; all of its events are kept."""

    events: list[Event] = field(default_factory=list)
    closed: bool = False
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _next: int = 0

    async def next(self, name: str = "board", *, seconds: float = 5) -> Event:
        """The next event of that name, others left out; fails after `seconds`, or when the stream has ended."""
        async with asyncio.timeout(seconds), self.changed:
            while True:
                while self._next < len(self.events):
                    event = self.events[self._next]
                    self._next += 1
                    if event.name == name:
                        return event
                assert not self.closed, f"ended without {name}: {self.events[-2:]}"
                await self.changed.wait()

    async def until_closed(self, *, seconds: float = 10) -> None:
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: self.closed)

    def states(self) -> list[Event]:
        """The `board` events so far."""
        return [event for event in self.events if event.name == "board"]

    def count(self, name: str = "board") -> int:
        return sum(event.name == name for event in self.events)


@asynccontextmanager
async def watching(
    client: httpx.AsyncClient, *, limit: int = 50, last: int | None = None, neighbours: int | None = None
) -> AsyncIterator[Reading]:
    """An open stream."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    params = {"limit": limit} | ({} if neighbours is None else {"neighbours": neighbours})
    async with client.stream("GET", "/leaderboard/stream", params=params, headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        reading = Reading()
        job = asyncio.create_task(_read(answer, reading))
        try:
            yield reading
        finally:
            job.cancel()
            await asyncio.gather(job, return_exceptions=True)


async def _read(answer: httpx.Response, reading: Reading) -> None:
    fields: dict[str, str] = {}
    try:
        async for line in answer.aiter_lines():
            if line:
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")
                continue
            async with reading.changed:
                reading.events.append(_event(fields))
                reading.changed.notify_all()
            fields = {}
    except httpx.TransportError:
        pass  # cut off: closed, as at its end
    finally:
        reading.closed = True
        async with reading.changed:
            reading.changed.notify_all()


def _event(fields: dict[str, str]) -> Event:
    if "event" not in fields:
        return Event(fields[""])
    version = int(fields["id"]) if "id" in fields else None
    return Event(fields["event"], json.loads(fields["data"]), version)


async def earn(service: Service, user_id: int, level: str = LEVEL) -> int:
    """`user_id` passes a level; the XP in all."""
    async with service.client(user_id) as client:
        total: int = (await submit(client, level))["total_xp"]
    return total


async def settle(service: Service, *user_ids: int) -> None:
    """Wait until Redis answers these learners: before, PostgreSQL does, and numbers states otherwise."""
    for user_id in user_ids:
        async with service.client(user_id) as client:
            await board_until_redis(client)


async def has_metric(service: Service, line: str) -> bool:
    async with service.client() as client:
        return line in (await client.get(f"{service.url}/metrics")).text
