"""One file of a pack while it is read."""

from __future__ import annotations

import yaml

from scout_os.training.content.drawings import Drawings
from scout_os.training.content.issues import Place, Report


class Source:
    """The report and the pack's drawings, as seen from one file."""

    def __init__(self, file: str, report: Report, drawings: Drawings) -> None:
        self.file = file
        self.report = report
        self.drawings = drawings
        self.lines: list[str] = []
        """What the file says, for what YAML does not tell: comments, and the way a value is written."""

    def place(self, node: yaml.Node) -> Place:
        return Place(self.file, node.start_mark.line + 1)

    def note(self, node: yaml.Node, reason: str) -> None:
        self.report.add(self.place(node), reason)
