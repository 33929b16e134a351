"""The content in memory, where every request needs it; reread when another pack is loaded."""

from __future__ import annotations

from typing import TypeVar

import structlog

from scout_os.core.jobs import repeat
from scout_os.core.postgres import Database
from scout_os.core.problems import NotFound, Starting
from scout_os.training.content import find_file, find_version, load_catalog
from scout_os.training.models import Catalog, Level, Section, Unit
from scout_os.training.problems import UnknownLevel, UnknownSection, UnknownUnit

REFRESH_SECONDS = 1.0
"""Every worker serves a newly loaded pack within this time. Each award records the version that decided it."""

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Library:
    """All active content, at most `REFRESH_SECONDS` old."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._catalog: Catalog | None = None

    @property
    def is_loaded(self) -> bool:
        return self._catalog is not None

    @property
    def catalog(self) -> Catalog:
        """The content; raises `Starting` before the first pack is loaded."""
        if self._catalog is None:
            raise Starting("No content is loaded yet.")
        return self._catalog

    def get_section(self, section_id: str) -> Section:
        """The active section of this id; raises `UnknownSection`."""
        return _found(self.catalog.section_by_id.get(section_id), UnknownSection)

    def get_unit(self, unit_id: str) -> Unit:
        """The active unit of this id; raises `UnknownUnit`."""
        return _found(self.catalog.unit_by_id.get(unit_id), UnknownUnit)

    def get_level(self, level_id: str) -> Level:
        """The active level of this id, exactly as spelt; raises `UnknownLevel`."""
        return _found(self.catalog.level_by_id.get(level_id), UnknownLevel)

    def get_levels(self, section_id: str | None) -> list[Level]:
        """The active levels of this section, or of all, in the order of the path; raises `UnknownSection`."""
        if section_id is None:
            return list(self.catalog.level_by_id.values())
        return self.get_section(section_id).levels

    async def find_file(self, name: str) -> bytes | None:
        """The drawing whose bytes have this SHA-256, which may be of an earlier version of the content."""
        return self.catalog.files.get(name) or await find_file(self._database, name)

    async def refresh(self) -> None:
        """Read the content again if another version was loaded."""
        version = await find_version(self._database)
        if version is None or (self._catalog is not None and self._catalog.version == version):
            return
        self._catalog = await load_catalog(self._database)
        log.info("content_loaded", version=version)

    async def watch(self) -> None:
        """Refresh for ever. Without PostgreSQL the last content stays in use."""
        await repeat(self.refresh, REFRESH_SECONDS, log, "content_not_refreshed")


def _found(item: T | None, unknown: type[NotFound]) -> T:
    if item is None:
        raise unknown
    return item
