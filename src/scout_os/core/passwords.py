"""Hashing of passwords, and how long callers may wait for it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, InvalidHashError, VerificationError, VerifyMismatchError

from scout_os.core.bulkhead import Bulkhead, Overloaded

T = TypeVar("T")

THREADS = 2
MAX_WAITING_HASHES = 500
HASH_WAIT_SECONDS = 15.0
"""Half of the time that the existing clients wait for an answer."""


class Passwords:
    """argon2id with OWASP's second recommendation (19 MiB, 2 passes), on few threads, so that logins do not slow the rest."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._bulkhead = Bulkhead(
            width=THREADS, waiting=MAX_WAITING_HASHES, seconds=HASH_WAIT_SECONDS, stuck_seconds=HASH_WAIT_SECONDS
        )
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    async def hash(self, password: str) -> str:
        """The encoded hash to store. Raises `Overloaded` if too many callers wait, or there is no memory or thread."""
        return await self._in_turn(self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` matches `stored`. For an unknown user (None) this takes as long and returns False.

        Raises `Overloaded` as `hash` does.
        """
        return await self._in_turn(self._matches, stored or self._nobody, password) and stored is not None

    def needs_rehash(self, stored: str) -> bool:
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_turn(self, work: Callable[..., T], *texts: str) -> T:
        async with self._bulkhead.enter():
            try:
                return await asyncio.get_running_loop().run_in_executor(self._threads, work, *texts)
            except (HashingError, VerificationError, RuntimeError) as error:  # no memory; no thread, or all have ended
                raise Overloaded from error

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
