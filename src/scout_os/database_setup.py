"""Brings the database to this release: the schema, the rights of the service's role, and the first content."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import structlog

from scout_os.core.postgres import Database
from scout_os.core.problems import Problem
from scout_os.core.store_urls import StoreUrls
from scout_os.migrations import migrate
from scout_os.settings import Settings
from scout_os.training.content import PackInvalid, VersionChanged, find_version, load_pack, read_pack


class ContentInvalid(Problem):
    """The content pack for the first start is invalid."""


log = structlog.get_logger(__name__)


def set_up_database(settings: Settings, urls: StoreUrls) -> None:
    """Migrate, and load the content pack if there is no content. Blocks. Several processes may run this at once.

    Raises `Unavailable` while PostgreSQL is away, and `ContentInvalid`.
    """
    migrate(urls.owner_database_url, urls.database_url)
    asyncio.run(_load_first_pack(settings, urls.database_url))


def default_pack() -> Path:
    """The content pack of this release: in the installed package, or beside the source tree."""
    here = Path(__file__).parent
    installed, checkout = here / "content" / "pramuka", here.parents[1] / "content" / "pramuka"
    return installed if installed.is_dir() else checkout


async def _load_first_pack(settings: Settings, url: str) -> None:
    database = await Database.open(url, size=2, pooler=settings.database_pooler)
    try:
        if await find_version(database) is None:
            directory = settings.content_dir or default_pack()
            try:
                pack = read_pack(directory)
            except PackInvalid as invalid:
                raise ContentInvalid(f"The content pack {directory} is not valid:\n{invalid}") from invalid
            with suppress(VersionChanged):  # another process was faster: its content stays
                await load_pack(database, pack, if_version=0)
                log.info("first_pack_loaded", directory=str(directory))
    finally:
        await database.close()
