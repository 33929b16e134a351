"""What everybody gets alike, or nearly: sections, content, paths, questions, drawings; made when first asked for after a load."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar, cast

from scout_os.core.prepared import Prepared, PreparedJson
from scout_os.training import views
from scout_os.training.library import Library
from scout_os.training.media import payload_out
from scout_os.training.models import Catalog, Grading, Payload, Question, Section
from scout_os.training.problems import UnknownSection
from scout_os.training.schemas import SectionList, SectionOut
from scout_os.training.status_answers import StatusAnswer

T = TypeVar("T")
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
        self._made: dict[str, object] = {}

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

    def path(self, section_id: str) -> StatusAnswer:
        """A section's path, to be filled in; raises `UnknownSection`."""
        section = self._library.get_section(section_id)
        return self._get(f"{section.id}/path", lambda: views.path_of(section))

    def state(self, section_id: str | None) -> StatusAnswer:
        """The state of a section's levels, or of all, to be filled in; raises `UnknownSection`."""
        levels = self._library.get_levels(section_id)
        return self._get(f"{section_id}/state", lambda: views.state_of(section_id, levels))

    def questions(self, level_id: str) -> bytes:
        """A level's questions with their keys, as JSON; raises `UnknownLevel`."""
        level = self._library.get_level(level_id)
        return self._get(f"{level.id}/questions", lambda: views.question_list(level, _with_key))

    def drawing(self, name: str) -> Prepared | None:
        """The drawing with this hash, if the present content has it."""
        content = self._library.catalog.files.get(name)
        return None if content is None else self._get(f"{name}.svg", lambda: Prepared(content, DRAWING_HEADERS))

    async def find_drawing(self, name: str) -> Prepared | None:
        """The same of an earlier content too, or of one that another worker serves already."""
        content = await self._library.find_file(name) if _HASH.fullmatch(name) else None
        return None if content is None else Prepared(content, DRAWING_HEADERS)

    def _get(self, name: str, make: Callable[[], T]) -> T:
        if self._catalog is not self._library.catalog:
            self._catalog, self._made = self._library.catalog, {}
        if name not in self._made:
            self._made[name] = make()
        return cast("T", self._made[name])


def _with_key(question: Question) -> Payload:
    return payload_out(question.payload, with_key=True)


def _section_list(catalog: Catalog) -> Prepared:
    sections = [SectionOut.model_validate(section) for section in catalog.sections]
    return PreparedJson(SectionList(total=len(sections), sections=sections).model_dump_json().encode())


def _section_content(section: Section, grading: Grading, *, english: bool) -> Prepared:
    # Without questions in it, the body says nothing about a level's version, with which its attempts end.
    versions = [level.content_version for unit in section.units for level in unit.levels]
    content = views.section_content(section, grading, english=english)
    return PreparedJson(content.model_dump_json().encode(), repr(versions).encode())
