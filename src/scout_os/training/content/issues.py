"""The problems of a pack, each with its file and line, all reported at once."""

from __future__ import annotations

from typing import NamedTuple

SHOWN = 60
"""Maximum characters of a value that a reason quotes; texts of a pack may be long."""


class Place(NamedTuple):
    """A line (1-based) of a file of the pack. `file` is relative to the pack's directory."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Issue(NamedTuple):
    """One problem. A problem of a whole file is at line 1."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class PackInvalid(Exception):
    """The pack cannot be used. `issues` holds all problems, by file and line."""

    def __init__(self, issues: list[Issue]) -> None:
        self.issues = sorted(issues, key=lambda issue: (issue.file, issue.line))
        super().__init__("\n".join(map(str, self.issues)))


class Report:
    """Collects the problems of one pack while it is read."""

    def __init__(self) -> None:
        self._issues: list[Issue] = []

    def add(self, place: Place, reason: str) -> None:
        self._issues.append(Issue(place.file, place.line, reason))

    def raise_if_any(self) -> None:
        """Raise `PackInvalid` if there are problems."""
        if self._issues:
            raise PackInvalid(self._issues)


def shown(value: str) -> str:
    """A value as a reason quotes it: escaped and shortened."""
    return repr(value if len(value) <= SHOWN else value[:SHOWN] + "…")
