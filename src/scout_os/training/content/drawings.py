"""The drawings of a pack: the SVG files in its directory `media`, each read and checked once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from scout_os.training.content.directory import read_one
from scout_os.training.content.issues import Place, Report
from scout_os.training.content.svg import Svg, read_svg

FOLDER = "media"
MAX_BYTES = 16 * 1024


@dataclass(frozen=True)
class Drawing:
    """A drawing, and what its file says; `is_good` is false if there are notes about it."""

    hash: str
    content: bytes
    svg: Svg
    is_good: bool


class Drawings:
    """Finds drawings by the names of their files. What is wrong inside a file is noted there."""

    def __init__(self, directory: Path, report: Report) -> None:
        self._folder = directory / FOLDER
        self._report = report
        self._read: dict[str, Drawing] = {}

    def read(self, name: str) -> Drawing:
        """The drawing in the file `name`; raises `Unreadable`."""
        if name not in self._read:
            self._read[name] = self._check(name, read_one(self._folder, name, MAX_BYTES))
        return self._read[name]

    def files(self) -> dict[str, bytes]:
        """The bytes of the drawings that were asked for, by their SHA-256."""
        return {drawing.hash: drawing.content for drawing in self._read.values()}

    def _check(self, name: str, content: bytes) -> Drawing:
        noted: list[int] = []

        def note(line: int, reason: str) -> None:
            noted.append(line)
            self._report.add(Place(f"{FOLDER}/{name}", line), reason)

        svg = read_svg(content, note)
        return Drawing(hashlib.sha256(content).hexdigest(), content, svg, is_good=not noted)
