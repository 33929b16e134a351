"""Calls to Redis: one deadline, and one exception for everything that means that it is away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, TypeVar

from redis.asyncio import Connection, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.connection import HiredisRespSerializer
from redis.exceptions import RedisError, ResponseError

CONNECTIONS = 64
CONNECT_SECONDS = 1.0
STEPS = 4

T = TypeVar("T")
_PACKER = HiredisRespSerializer()


def open_redis(url: str) -> Redis:
    """A client with a bounded pool; connects to nothing yet. Whoever calls it sets a deadline (`call_redis`)."""
    # No retries: a second try would cost a request a second deadline, and the drain repairs what one try missed.
    # No timeout of the socket: every call has its own deadline. With a timeout, the client sends by `asyncio.wait_for`,
    # which before Python 3.12 can lose a cancellation, so that a task never ends.
    return Redis.from_url(
        url,
        decode_responses=True,
        connection_class=_Connection,  # TLS and Unix sockets have classes of their own, which the URL chooses
        max_connections=CONNECTIONS,
        socket_timeout=None,
        socket_connect_timeout=CONNECT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


class _Connection(Connection):
    """Packs commands in C, as the client without asyncio does: with many arguments in a third of the time."""

    def pack_command(self, *args: Any) -> list[bytes]:
        packed: list[bytes] = _PACKER.pack(*args)
        return packed


class RedisAway(Exception):
    """Redis failed, refused, or was too slow."""


class RedisRefused(RedisAway):
    """Redis answered with an error."""


async def call_redis(call: Callable[[], Awaitable[T]], seconds: float | None) -> T:
    """The reply. Raises `RedisAway`, also if there is none after `seconds`; with None there is no deadline."""
    try:
        if seconds is None:
            return await call()
        async with _Patience(seconds):
            return await call()
    except ResponseError as error:
        raise RedisRefused(str(error)) from error
    except (RedisError, OSError, TimeoutError, EOFError) as error:
        raise _away(error) from error
    except RuntimeError as error:
        # uvloop raises a plain RuntimeError for a write to a connection that was just reset; others are bugs.
        if type(error) is not RuntimeError:
            raise
        raise _away(error) from error


def _away(error: Exception) -> RedisAway:
    return RedisAway(f"{type(error).__name__}: {error}")


class _Patience:
    """A deadline that a busy process does not use up: while its event loop stands still, one step passes at most.

    Otherwise an answer that came in time, but could not be read, would count as none.
    """

    def __init__(self, seconds: float) -> None:
        self._step = seconds / STEPS
        self._left = STEPS
        self._limit = asyncio.timeout(None)

    async def __aenter__(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._limit.__aenter__()
        self._timer = self._loop.call_later(self._step, self._pass)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        await self._limit.__aexit__(kind, error, trace)

    def _pass(self) -> None:
        self._left -= 1
        if self._left:
            self._timer = self._loop.call_later(self._step, self._pass)
        else:
            self._limit.reschedule(self._loop.time())
