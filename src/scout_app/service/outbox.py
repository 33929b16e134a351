"""Attempts on their way to the service: kept on the device first, sent until they are answered, counted once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol, Self
from uuid import uuid4

from scout_app.service.backoff import pause
from scout_app.service.errors import Refused, Unreachable
from scout_app.service.models import Answer, Json, Result

UNAUTHENTICATED = 401
TOO_LATE = frozenset({"attempt_over", "unknown_attempt"})


class Store(Protocol):
    """Where unsent attempts survive a reload."""

    async def get(self, key: str) -> Any: ...
    async def put(self, key: str, value: object) -> None: ...
    async def remove(self, key: str) -> None: ...
    async def keys(self, prefix: str) -> list[str]: ...


class Sender(Protocol):
    async def submit(self, body: Json, key: str) -> Result: ...


@dataclass(frozen=True)
class Attempt:
    """A finished attempt. `key` is new for each, so the service knows a repetition when it sees one."""

    level_id: str
    title: str
    min_correct: int
    body: Json
    questions: list[Json]
    """To show beside the verdicts, later perhaps."""
    made_at: float = field(default_factory=time.time)
    key: str = field(default_factory=lambda: uuid4().hex)

    @property
    def answers(self) -> dict[str, Answer]:
        return dict(self.body["answers"])

    @classmethod
    def of(cls, data: Json) -> Self:
        return cls(**data)


class Outbox:
    """The unsent attempts of one learner on this device, and the task that sends them one after the other."""

    def __init__(self, *, store: Store, sender: Sender, prefix: str, changed: Callable[[], None]) -> None:
        self._store = store
        self._sender = sender
        self._prefix = prefix
        self._changed = changed
        self._hurry = asyncio.Event()
        self._answered: dict[str, asyncio.Future[Result]] = {}
        self.waiting: list[Attempt] = []
        self.tries = 0
        """How often the first of them failed in a row."""
        self.retry_at: float | None = None
        """When it is sent again (`time.monotonic()`); None: being sent now, or nothing waits."""
        self.on_result: Callable[[Attempt, Result], None] = lambda _attempt, _result: None
        self.on_refused: Callable[[Attempt, Refused], None] = lambda _attempt, _refused: None

    async def load(self) -> None:
        """Take up what an earlier session left."""
        kept = [await self._store.get(key) for key in await self._store.keys(self._prefix)]
        found = [Attempt.of(data) for data in kept if isinstance(data, dict)]
        known = {attempt.key for attempt in self.waiting}
        self.waiting += sorted((a for a in found if a.key not in known), key=lambda attempt: attempt.made_at)
        if self.waiting:
            self.hurry()

    async def add(self, attempt: Attempt) -> None:
        """Keep the attempt on the device, then send it."""
        await self._store.put(self._prefix + attempt.key, asdict(attempt))
        self.waiting.append(attempt)
        self.hurry()

    def find(self, level_id: str) -> Attempt | None:
        """An attempt at this level that waits."""
        return next((attempt for attempt in self.waiting if attempt.level_id == level_id), None)

    async def answer(self, attempt: Attempt) -> Result:
        """Wait for the answer to an attempt on its way; raises `Refused`."""
        answer = self._answered.get(attempt.key)
        if answer is None:
            answer = asyncio.get_running_loop().create_future()
            answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # the screen may be left first
            self._answered[attempt.key] = answer
        return await asyncio.shield(answer)

    def hurry(self) -> None:
        """Send now what waits for its next try."""
        self._hurry.set()

    async def run(self) -> None:
        """Send, for as long as the session lives. Ends when the token is no longer good; the attempts stay."""
        while True:
            self._hurry.clear()
            if not self.waiting:
                await self._hurry.wait()
                continue
            self.retry_at = None
            self._changed()
            attempt = self.waiting[0]
            try:
                result = await self._sender.submit(attempt.body, attempt.key)
            except Unreachable as unreachable:
                self.tries += 1
                await self._wait(pause(self.tries, asked=unreachable.retry_after))
            except Refused as refused:
                if refused.status == UNAUTHENTICATED:
                    self._settle(attempt, refused)
                    return
                if refused.code in TOO_LATE and "attempt_id" in attempt.body:
                    await self._send_without_id(attempt)
                    continue
                await self._take_out(attempt)
                self._settle(attempt, refused)
                self.on_refused(attempt, refused)
            else:
                await self._take_out(attempt)
                self._settle(attempt, result)
                self.on_result(attempt, result)

    async def _send_without_id(self, attempt: Attempt) -> None:
        """What waited for too long belongs to no attempt any more; but the answers may be good without."""
        body = {name: value for name, value in attempt.body.items() if name != "attempt_id"}
        late = replace(attempt, body=body)
        await self._store.put(self._prefix + late.key, asdict(late))
        self.waiting = [late if other.key == late.key else other for other in self.waiting]

    async def _wait(self, seconds: float) -> None:
        self.retry_at = time.monotonic() + seconds
        self._changed()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()

    async def _take_out(self, attempt: Attempt) -> None:
        self.tries = 0
        self.waiting = [other for other in self.waiting if other.key != attempt.key]
        self._changed()
        await self._store.remove(self._prefix + attempt.key)

    def _settle(self, attempt: Attempt, outcome: Result | Refused) -> None:
        answer = self._answered.pop(attempt.key, None)
        if answer is None or answer.done():
            return
        if isinstance(outcome, Refused):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)
