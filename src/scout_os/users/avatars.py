"""Learners' pictures: converted from uploads, kept in a blob store, shown by URL."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import structlog

from scout_os.core.access_tokens import Verified
from scout_os.core.blobs.store import BlobStore
from scout_os.core.bulkhead import Bulkhead
from scout_os.core.limits.limits import Limits, TooManyRequests
from scout_os.core.limits.rules import HOUR, Rule
from scout_os.core.problems import Unauthenticated, Unavailable
from scout_os.users.picture_process import PictureProcesses
from scout_os.users.repository import UserRepository
from scout_os.users.service import ProfileUpdates

AVATAR = Rule("avatar", 20, HOUR)
MAX_FILE_BYTES = 12 * 1024 * 1024
CONTENT_TYPE = "image/jpeg"
AT_ONCE = 16
"""Uploads that are received or converted. They are in memory, so this times `MAX_FILE_BYTES` is what they take."""
WAITING = 200
WAIT_SECONDS = 10.0
"""How long an upload waits for another to end before it is read."""
OF_ONE_LEARNER = 2
"""Uploads at once: a retry may come before the first connection is known to be dead."""

log = structlog.get_logger(__name__)


def avatar_name(number: int) -> str:
    return f"avatars/{number}.jpg"


def avatar_number(user_id: int, account_key: UUID | None) -> int:
    """One number an account, so that a new picture replaces the old one: 63 bits of its key, or its id if it has none.

    After a restore, the id may be another learner's.
    """
    return user_id if account_key is None else account_key.int >> 65


class AvatarService:
    """Sets and deletes pictures. A few uploads are received and converted at once; some more may wait."""

    def __init__(
        self, *, repository: UserRepository, store: BlobStore, profiles: ProfileUpdates, limits: Limits
    ) -> None:
        self._repository = repository
        self._store = store
        self._profiles = profiles
        self._limits = limits
        self._processes = PictureProcesses()
        self._bulkhead = Bulkhead(width=AT_ONCE, waiting=WAITING, seconds=WAIT_SECONDS, stuck_seconds=WAIT_SECONDS)
        self._uploads: Counter[int] = Counter()

    @asynccontextmanager
    async def admit(self, user_id: int) -> AsyncIterator[None]:
        """In this block an upload may be read and set. Raises `TooManyRequests`, `Overloaded`."""
        if self._uploads[user_id] >= OF_ONE_LEARNER:
            raise TooManyRequests(1)  # before it counts: whose connection died tries again each second
        self._uploads[user_id] += 1
        try:
            await self._limits.take([(AVATAR, str(user_id))])
            async with self._bulkhead.enter():
                yield
        finally:
            self._uploads -= Counter({user_id: 1})  # drops counts of 0

    async def set(self, learner: Verified, content: bytes) -> str:
        """Show this picture; returns its URL. Raises `PictureInvalid` and its like, `Unavailable`."""
        picture = await self._processes.convert(content)
        name = avatar_name(avatar_number(learner.user_id, learner.account_key))
        await self._store.put(name, picture, CONTENT_TYPE)
        # Caches keep the content of a URL, so another picture needs another URL.
        url = f"{self._store.url(name)}?v={hashlib.sha256(picture).hexdigest()[:12]}"
        await self._show(learner, url)
        return url

    async def remove(self, learner: Verified) -> None:
        await self._show(learner, None)
        await self._store.delete(avatar_name(avatar_number(learner.user_id, learner.account_key)))

    async def forget(self, user_id: int, account_key: UUID | None) -> None:
        """Delete the picture of a deleted account. Never raises; a failure is logged."""
        name = avatar_name(avatar_number(user_id, account_key))
        try:
            await self._store.delete(name)
        except Unavailable:
            log.warning("avatar_not_deleted", name=name)

    def end(self) -> None:
        """The service was told to end: uploads have a few seconds. Safe to repeat."""
        self._processes.end()

    def close(self) -> None:
        self._processes.close()

    async def _show(self, learner: Verified, url: str | None) -> None:
        if not await self._repository.set_picture(learner.user_id, url):
            await self.forget(learner.user_id, learner.account_key)  # the account was deleted meanwhile
            raise Unauthenticated
        await self._profiles.changed()
