"""What everybody gets alike: the list of sections, the content of each, and drawings; made when first asked for after a load."""

from __future__ import annotations

import re
from collections.abc import Callable

from scout_os.core.prepared import Prepared, PreparedJson
from scout_os.training import views
from scout_os.training.library import Library
from scout_os.training.models import Catalog, Grading, Section
from scout_os.training.problems import UnknownSection
from scout_os.training.schemas import SectionList, SectionOut

_HASH = re.compile("[0-9a-f]{64}")
DRAWING_HEADERS = {
    "Content-Type": "image/svg+xml",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""The name of a drawing is the hash of what is in it, so it never changes; opened by itself, it can do nothing."""


class Handouts:
    """Prepared answers for as long as the content is the same."""

    def __init__(self, library: Library, grading: Grading) -> None:
        self._library = library
        self._grading = grading
        self._catalog: Catalog | None = None
        self._made: dict[str, Prepared] = {}

    def sections(self) -> Prepared:
        """All sections, in order."""
        return self._get("", lambda: _section_list(self._library.catalog))

    def content(self, section_id: str, *, english: bool = True) -> Prepared:
        """A section with all that is in it, with or without English questions; raises `UnknownSection`."""
        section = self._library.get_section(section_id)
        name = f"{section.id}:{english}"
        return self._get(name, lambda: _section_content(section, self._grading, english=english))

    def first_content(self, *, english: bool = True) -> Prepared:
        """The content of the first section; raises `UnknownSection` if there is none."""
        sections = self._library.catalog.sections
        if not sections:
            raise UnknownSection
        return self.content(sections[0].id, english=english)

    def drawing(self, name: str) -> Prepared | None:
        """The drawing with this hash, if the present content has it."""
        content = self._library.catalog.files.get(name)
        return None if content is None else self._get(f"{name}.svg", lambda: Prepared(content, DRAWING_HEADERS))

    async def find_drawing(self, name: str) -> Prepared | None:
        """The same of an earlier content too, or of one that another worker serves already."""
        content = await self._library.find_file(name) if _HASH.fullmatch(name) else None
        return None if content is None else Prepared(content, DRAWING_HEADERS)

    def _get(self, name: str, make: Callable[[], Prepared]) -> Prepared:
        if self._catalog is not self._library.catalog:
            self._catalog, self._made = self._library.catalog, {}
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]


def _section_list(catalog: Catalog) -> Prepared:
    sections = [SectionOut.model_validate(section) for section in catalog.sections]
    return PreparedJson(SectionList(total=len(sections), sections=sections).model_dump_json().encode())


def _section_content(section: Section, grading: Grading, *, english: bool) -> Prepared:
    # Without questions in it, the body says nothing about a level's version, with which its attempts end.
    versions = [level.content_version for unit in section.units for level in unit.levels]
    content = views.section_content(section, grading, english=english)
    return PreparedJson(content.model_dump_json().encode(), repr(versions).encode())
