"""A pack's file as YAML nodes. Depth and number of elements are limited before anything is built."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from scout_os.training.content.issues import Place
from scout_os.training.content.source import Source
from scout_os.training.content.syntax import explain

MAX_DEPTH = 16
"""A section file needs 10."""
MAX_EVENTS = 200_000
"""A section file of 25 levels has some 5,000."""

# libyaml reads an order of magnitude faster; it is missing only where PyYAML was built without it.
LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# YAML takes U+0085, U+2028 and U+2029 for line breaks, but editors do not.
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOST = "\ufffd"
"""What an editor or a copy left of a sign that it could not read."""


class _Refused(Exception):
    """The file contains no usable document."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def read_document(content: bytes, source: Source) -> yaml.MappingNode | None:
    """The file's root mapping, and its lines in `source`; None, with a note, when there is no usable one."""
    try:
        text = _decode(content)
        source.lines = text.split("\n")
        return _compose(text, source)
    except _Refused as refused:
        source.report.add(Place(source.file, refused.line), refused.reason)
        return None


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Refused(line, "not UTF-8 text: save the file with the encoding UTF-8") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        line = text.count("\n", 0, unprintable.start()) + 1
        raise _Refused(line, f"control character U+{ord(unprintable.group()):04X}")
    if _LOST in text:
        line = text.count("\n", 0, text.index(_LOST)) + 1
        raise _Refused(line, f"{_LOST} stands where a sign was lost: write it again, and save the file as UTF-8")
    return text


def _compose(text: str, source: Source) -> yaml.MappingNode:
    try:
        _check_events(yaml.parse(text, Loader=LOADER), source)
        root = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        raise _Refused(*explain(error, source.lines)) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the pure Python parser raises it for "\U99999999"
        raise _Refused(1, f"not valid YAML: {error}") from error
    if root is None:
        raise _Refused(1, "the file is empty")
    if not isinstance(root, yaml.MappingNode):
        raise _Refused(root.start_mark.line + 1, "the file must hold one section: a mapping with id, order, title …")
    return root


def _check_events(events: Iterator[yaml.Event], source: Source) -> None:
    """Refuse documents that expand far beyond their size. Parsing does not recurse, composing does."""
    depth = documents = 0
    marked: list[tuple[int, str]] = []
    for number, event in enumerate(events):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if number >= MAX_EVENTS:
            raise _Refused(line, f"the file holds more than {MAX_EVENTS:,} YAML elements")
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if documents > 1:
            raise _Refused(line, "a second document: one file holds one section")
        reason = _mark(event)
        if reason:
            marked.append((line, reason))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise _Refused(line, f"nested deeper than {MAX_DEPTH} levels")
    for line, reason in marked[1:]:
        source.report.add(Place(source.file, line), reason)
    if marked:
        raise _Refused(*marked[0])


def _mark(event: yaml.Event) -> str | None:
    """Why an alias, anchor or tag is refused. Authors who write one mostly mean text."""
    if isinstance(event, yaml.AliasEvent):
        return "YAML aliases (*name) are not allowed: put text that begins with * in quotes"
    if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
        return "YAML anchors (&name) are not allowed: put text that begins with & in quotes"
    if getattr(event, "tag", None) is not None:
        return "YAML tags (!name) are not allowed: put text that begins with ! in quotes"
    return None
