"""What everybody gets alike: the list of sections and the content of each, made when first asked for after a load."""

from __future__ import annotations

from collections.abc import Callable

from scout_os.core.prepared import PreparedJson
from scout_os.training import views
from scout_os.training.library import Library
from scout_os.training.models import Catalog, Grading, Section
from scout_os.training.problems import UnknownSection
from scout_os.training.schemas import SectionList, SectionOut


class Handouts:
    """Prepared answers for as long as the content is the same."""

    def __init__(self, library: Library, grading: Grading) -> None:
        self._library = library
        self._grading = grading
        self._catalog: Catalog | None = None
        self._made: dict[str, PreparedJson] = {}

    def sections(self) -> PreparedJson:
        """All sections, in order."""
        return self._get("", lambda: _section_list(self._library.catalog))

    def content(self, section_id: str) -> PreparedJson:
        """A section with all that is in it; raises `UnknownSection`."""
        section = self._library.get_section(section_id)
        return self._get(section.id, lambda: _section_content(section, self._grading))

    def first_content(self) -> PreparedJson:
        """The content of the first section; raises `UnknownSection` if there is none."""
        sections = self._library.catalog.sections
        if not sections:
            raise UnknownSection
        return self.content(sections[0].id)

    def _get(self, name: str, make: Callable[[], PreparedJson]) -> PreparedJson:
        if self._catalog is not self._library.catalog:
            self._catalog, self._made = self._library.catalog, {}
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]


def _section_list(catalog: Catalog) -> PreparedJson:
    sections = [SectionOut.model_validate(section) for section in catalog.sections]
    return PreparedJson(SectionList(total=len(sections), sections=sections).model_dump_json().encode())


def _section_content(section: Section, grading: Grading) -> PreparedJson:
    # Without questions in it, the body says nothing about a level's version, with which its attempts end.
    versions = [level.content_version for unit in section.units for level in unit.levels]
    return PreparedJson(views.section_content(section, grading).model_dump_json().encode(), repr(versions).encode())
