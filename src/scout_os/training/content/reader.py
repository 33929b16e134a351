"""From a directory to a checked pack."""

from __future__ import annotations

from pathlib import Path

from scout_os.training.content.directory import read_files
from scout_os.training.content.documents import read_document
from scout_os.training.content.drawings import Drawings
from scout_os.training.content.issues import Place, Report
from scout_os.training.content.outline import Outline, check_orders
from scout_os.training.content.pack import Pack, PackSection
from scout_os.training.content.ranks import FILE, read_ranks
from scout_os.training.content.sections import read_section
from scout_os.training.content.source import Source
from scout_os.training.models import Rank


def read_pack(directory: Path) -> Pack:
    """Read the pack in the directory, one section a file, and ranks in a file of the pack's own.

    Raises `PackInvalid` with all its problems, and no other exception, whatever the files contain.
    """
    report = Report()
    outline = Outline(report)
    drawings = Drawings(directory, report)
    sections: list[PackSection] = []
    orders: list[tuple[int, Place]] = []
    ranks: tuple[Rank, ...] = ()
    own: list[Place] = []
    for name, content in read_files(directory, report):
        source = Source(name, report, drawings)
        root = None if content is None else read_document(content, source)
        if Path(name).stem == FILE:
            own.append(Place(name, 1))
            ranks = ranks if root is None else read_ranks(root, source)
            continue
        if root is None:
            orders.append((0, Place(name, 1)))
            continue
        section, place = read_section(root, source, outline)
        sections.append(section)
        orders.append((section.order, place))
    for place in own[1:]:
        report.add(place, f"the pack has {own[0].file} already")
    if own and not orders:
        report.add(own[0], "the pack has no section")
    check_orders(orders, "order", report)
    outline.check_rules(unread=len(sections) < len(orders))
    report.raise_if_any()
    return Pack(tuple(sorted(sections, key=lambda section: section.order)), drawings.files(), ranks)
