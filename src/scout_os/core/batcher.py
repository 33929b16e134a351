"""Questions that come while one is being answered are put together into the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Batcher(Generic[K, V]):
    """Asks `ask` for many keys at once, one call at a time; every answer was begun after its question came.

    A lone question waits for nobody. A call that fails fails for all who share it; a caller that has gone away changes
    nothing for the others. At most `most` questions share a call.
    """

    def __init__(self, ask: Callable[[Collection[K]], Awaitable[Mapping[K, V]]], *, most: int = 500) -> None:
        self._ask = ask
        self._most = most
        self._waiting: list[tuple[K, asyncio.Future[V]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V:
        """The answer for `key`; raises what the call raises, `KeyError` if it does not answer for `key`."""
        answer: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._answer(group)
        finally:
            self._asking = None

    async def _answer(self, group: list[tuple[K, asyncio.Future[V]]]) -> None:
        try:
            answers = await self._ask({key for key, _ in group})
        except BaseException as error:
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(error if isinstance(error, Exception) else asyncio.CancelledError())
            if not isinstance(error, Exception):
                raise
            return
        for key, answer in group:
            if answer.done():
                continue
            if key in answers:
                answer.set_result(answers[key])
            else:
                answer.set_exception(KeyError(key))
