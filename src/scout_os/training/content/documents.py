"""A pack's files as YAML nodes. Size, depth and number of elements are limited before anything is built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from scout_os.training.content.issues import Place, Report, Source

SUFFIXES = {".yaml", ".yml"}
MAX_BYTES = 5 * 2**20
MAX_DEPTH = 16
"""A section file needs 10."""
MAX_EVENTS = 200_000
"""A section file of 25 levels has some 5,000."""

# libyaml reads an order of magnitude faster; it is missing only where PyYAML was built without it.
LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAP_TAG = "tag:yaml.org,2002:map"
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ANCHORED = (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent)


class _Refused(Exception):
    """The file contains no usable document."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def list_files(directory: Path, report: Report) -> list[Path]:
    """The pack's files by name: every visible `*.yaml` and `*.yml` directly in the directory."""
    try:
        names = sorted(path for path in directory.iterdir() if path.suffix.lower() in SUFFIXES)
    except OSError as error:
        report.add(Place(str(directory), 1), f"the directory cannot be read: {error.strerror}")
        return []
    # Editors and file managers leave hidden companions such as `._puk.yaml` behind.
    files = [path for path in names if not path.name.startswith(".")]
    if not files:
        report.add(Place(str(directory), 1), "the directory holds no *.yaml file")
    return files


def read_document(path: Path, source: Source) -> yaml.MappingNode | None:
    """The file's root mapping; None, with a note, when there is no usable one."""
    try:
        return _compose(_decode(_read_bytes(path)))
    except _Refused as refused:
        source.report.add(Place(source.file, refused.line), refused.reason)
        return None


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():  # a pipe would block
            raise _Refused(1, "not a regular file")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _Refused(1, f"the file cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise _Refused(1, f"the file is larger than {MAX_BYTES // 2**20} MiB")
    return content


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Refused(content.count(b"\n", 0, error.start) + 1, "not UTF-8 text") from error
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        line = text.count("\n", 0, unprintable.start()) + 1
        raise _Refused(line, f"control character U+{ord(unprintable.group()):04X}")
    return text


def _compose(text: str) -> yaml.MappingNode:
    try:
        _check_events(yaml.parse(text, Loader=LOADER))
        root = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _Refused(mark.line + 1 if mark else 1, f"not valid YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the pure Python parser raises it for "\U99999999"
        raise _Refused(1, f"not valid YAML: {error}") from error
    if root is None:
        raise _Refused(1, "the file is empty")
    if not isinstance(root, yaml.MappingNode) or root.tag != MAP_TAG:
        raise _Refused(root.start_mark.line + 1, "the file must hold one section: a mapping with id, order, title …")
    return root


def _check_events(events: Iterator[yaml.Event]) -> None:
    """Refuse documents that expand far beyond their size. Parsing does not recurse, composing does."""
    depth = documents = 0
    for number, event in enumerate(events):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if number >= MAX_EVENTS:
            raise _Refused(line, f"the file holds more than {MAX_EVENTS:,} YAML elements")
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if documents > 1:
            raise _Refused(line, "a second document: one file holds one section")
        _check_anchor(event, line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise _Refused(line, f"nested deeper than {MAX_DEPTH} levels")


def _check_anchor(event: yaml.Event, line: int) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise _Refused(line, "YAML aliases (*name) are not allowed: write the value out")
    if isinstance(event, _ANCHORED) and event.anchor is not None:
        raise _Refused(line, "YAML anchors (&name) are not allowed: write the value out")
