"""Learners' pictures: converted from uploads, kept in a blob store, shown by URL."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor

import structlog

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


def avatar_name(user_id: int) -> str:
    """One name a learner, so that a new picture replaces the old one."""
    return f"avatars/{user_id}.jpg"


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

    async def set(self, user_id: int, content: bytes) -> str:
        """Show this picture; returns its URL. Raises `PictureInvalid`, `Unavailable`."""
        async with self._bulkhead.enter():
            picture = await asyncio.get_running_loop().run_in_executor(self._thread, normalise, content)
        name = avatar_name(user_id)
        await self._store.put(name, picture, CONTENT_TYPE)
        # Caches keep the content of a URL, so another picture needs another URL.
        url = f"{self._store.url(name)}?v={hashlib.sha256(picture).hexdigest()[:12]}"
        await self._show(user_id, url)
        return url

    async def remove(self, user_id: int) -> None:
        await self._show(user_id, None)
        await self._store.delete(avatar_name(user_id))

    async def forget(self, user_id: int) -> None:
        """Delete the picture of a deleted account. Never raises; a failure is logged."""
        try:
            await self._store.delete(avatar_name(user_id))
        except Unavailable:
            log.warning("avatar_not_deleted", name=avatar_name(user_id))

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _show(self, user_id: int, url: str | None) -> None:
        if not await self._repository.set_picture(user_id, url):
            await self.forget(user_id)  # the account was deleted meanwhile
            raise Unauthenticated
        await self._profiles.changed()
