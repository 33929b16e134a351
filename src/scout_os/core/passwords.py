"""Hashing of passwords, and how long callers may wait for it."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from scout_os.core.bulkhead import Bulkhead

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
        """The encoded hash to store. Raises `Overloaded` if too many callers wait."""
        async with self._bulkhead.enter():
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` matches `stored`. For an unknown user (None) this takes as long and returns False."""
        async with self._bulkhead.enter():
            matches = await asyncio.get_running_loop().run_in_executor(
                self._threads, self._matches, stored or self._nobody, password
            )
        return matches and stored is not None

    def needs_rehash(self, stored: str) -> bool:
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
