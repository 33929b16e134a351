"""Passwords: how they are hashed, and how long anybody waits for it."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from scout_os.core.bulkhead import Bulkhead

MAX_WAITING_HASHES = 500
HASH_WAIT_SECONDS = 15.0
"""Half of what clients in the field wait for an answer."""


class Passwords:
    """argon2id with OWASP's second recommended cost (19 MiB, 2 passes), on a few threads so that logins never starve the rest."""

    def __init__(self, *, threads: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._gate = Bulkhead(
            width=threads, waiting=MAX_WAITING_HASHES, seconds=HASH_WAIT_SECONDS, stuck_seconds=HASH_WAIT_SECONDS
        )
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    async def hash(self, password: str) -> str:
        """The encoded hash to store. Raises `Unavailable` when too many wait."""
        async with self._gate.enter():
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` made `stored`. Without one (unknown user) it takes as long, and says no."""
        async with self._gate.enter():
            matches = await asyncio.get_running_loop().run_in_executor(
                self._threads, self._matches, stored or self._nobody, password
            )
        return matches and stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Whether `stored` was made with other costs than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
