"""Batches lookups: those that arrive while one is under way share the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
MAX_BATCH = 500


class Batcher(Generic[K, V]):
    """Looks up many keys with one call of `ask`, one call at a time. The call begins after each of its lookups.

    A single lookup does not wait for others. If a call fails, it fails for all lookups in it. A cancelled lookup does
    not affect the others.
    """

    def __init__(self, ask: Callable[[Collection[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._ask = ask
        self._waiting: list[tuple[K, asyncio.Future[V]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V:
        """The value of `key`; raises what the call raises, and `KeyError` if the call returns no value for `key`."""
        answer: asyncio.Future[V] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
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
