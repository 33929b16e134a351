"""Learners' pictures: converted from uploads, kept in a blob store, shown by URL."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import structlog

from scout_os.core.access_tokens import Verified
from scout_os.core.blobs.store import BlobStore
from scout_os.core.bulkhead import Bulkhead
from scout_os.core.limits.limits import Limits
from scout_os.core.limits.rules import HOUR, Rule
from scout_os.core.problems import Unauthenticated, Unavailable
from scout_os.users.pictures import normalise
from scout_os.users.repository import UserRepository
from scout_os.users.service import ProfileUpdates

AVATAR = Rule("avatar", 20, HOUR)
MAX_FILE_BYTES = 2 * 1024 * 1024
CONTENT_TYPE = "image/jpeg"
WAITING = 16
WAIT_SECONDS = 15.0

log = structlog.get_logger(__name__)


def avatar_name(number: int) -> str:
    return f"avatars/{number}.jpg"


def avatar_number(user_id: int, account_key: UUID | None) -> int:
    """One number an account, so that a new picture replaces the old one: 63 bits of its key, or its id if it has none.

    After a restore, the id may be another learner's.
    """
    return user_id if account_key is None else account_key.int >> 65


class AvatarService:
    """Sets and deletes pictures. One thread converts them, outside the event loop; a few uploads may wait."""

    def __init__(
        self, *, repository: UserRepository, store: BlobStore, profiles: ProfileUpdates, limits: Limits
    ) -> None:
        self._repository = repository
        self._store = store
        self._profiles = profiles
        self._limits = limits
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pictures")
        self._bulkhead = Bulkhead(width=1, waiting=WAITING, seconds=WAIT_SECONDS, stuck_seconds=WAIT_SECONDS)

    async def admit(self, user_id: int) -> None:
        """Call before reading an upload; raises `TooManyRequests`."""
        await self._limits.take([(AVATAR, str(user_id))])

    async def set(self, learner: Verified, content: bytes) -> str:
        """Show this picture; returns its URL. Raises `PictureInvalid`, `Unavailable`."""
        async with self._bulkhead.enter():
            picture = await asyncio.get_running_loop().run_in_executor(self._thread, normalise, content)
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

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _show(self, learner: Verified, url: str | None) -> None:
        if not await self._repository.set_picture(learner.user_id, url):
            await self.forget(learner.user_id, learner.account_key)  # the account was deleted meanwhile
            raise Unauthenticated
        await self._profiles.changed()
