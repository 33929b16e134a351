"""Single values of a pack, read strictly: a value that YAML guessed to be of another type is refused, not converted.

Each reader notes a value that it refuses and returns an empty stand-in. No caller sees one: a pack with issues is
never returned.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TypeGuard

import yaml

from scout_os.core.spelling import deceptive_sign
from scout_os.training.content.issues import shown
from scout_os.training.content.source import Source

MAX_TEXT = 2_000
_TAG = "tag:yaml.org,2002:"
_KINDS = {
    "bool": "a boolean",
    "float": "a fraction",
    "int": "a number",
    "map": "a mapping",
    "merge": "a sign of YAML's own",
    "null": "empty",
    "seq": "a list",
    "str": "text",
    "timestamp": "a date",
    "value": "a sign of YAML's own",
}
_COLLECTIONS = {
    "map": ": put text in quotes that begins with { or holds a colon and a blank",
    "seq": ": put text in quotes that begins with [",
}
_PLAIN_INT = re.compile(r"-?(0|[1-9][0-9]{0,8})")
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,4})(\.[0-9]{1,3})?")
_CONTROL = {"Cc", "Cs", "Zl", "Zp"}
_UNSEEN = _CONTROL | {"Cf", "Zs"}
_COMMENT = re.compile(r"[-+0-9]*(\s+#.*)")
_COMMENT_BEFORE = re.compile(r"(?:- +|\w+ *:\s+)+#.*")


def kind(node: yaml.Node) -> str:
    """The type that YAML gives the value, in words."""
    return _KINDS[node.tag.removeprefix(_TAG)]


def read_text(node: yaml.Node, name: str, source: Source, *, trim: bool, line_breaks: bool = False) -> str:
    """Text in NFC, trimmed or not, of one line or several; empty when refused, also if YAML read only a part of it."""
    unread = _unread(node, source, line_breaks=line_breaks)
    if unread:
        source.note(node, f"{name}: {unread}")
        return ""
    return read_word(node, name, source, trim=trim, line_breaks=line_breaks)


def read_word(node: yaml.Node, name: str, source: Source, *, trim: bool = False, line_breaks: bool = False) -> str:
    """Text of a fixed form, such as an id, that nobody takes for longer than it is; empty when refused."""
    if not _is(node, "str"):
        source.note(node, f"{name}: must be text, not {kind(node)}{_way_out(node, source)}")
        return ""
    value = unicodedata.normalize("NFC", node.value.strip(" \n") if trim else node.value)
    problem = _problem(value, line_breaks, escapes=node.style == '"')
    if problem:
        source.note(node, f"{name}: {problem}")
        return ""
    return value


def read_int(node: yaml.Node, name: str, low: int, high: int, source: Source) -> int:
    """A whole number in plain digits within the bounds; 0 when refused."""
    if not _is(node, "int"):
        quoted = _is(node, "str") and _PLAIN_INT.fullmatch(node.value)
        hint = ": remove the quotes" if quoted else ": write digits alone"
        source.note(node, f"{name}: must be a whole number, not {kind(node)}{hint}")
        return 0
    if not _PLAIN_INT.fullmatch(node.value):
        source.note(node, f"{name}: write the number in plain digits, not {shown(node.value)}")
        return 0
    value = int(node.value)
    if not low <= value <= high:
        source.note(node, f"{name}: must be {low} to {high}, not {value}")
        return 0
    return value


def read_number(node: yaml.Node, name: str, source: Source) -> float | None:
    """A number in plain digits, with at most three after the point; None when refused."""
    if not (_is(node, "int") or _is(node, "float")):
        source.note(node, f"{name}: must be a number, not {kind(node)}")
        return None
    if not _PLAIN_NUMBER.fullmatch(node.value):
        source.note(
            node, f"{name}: write the number in plain digits, at most three after the point, not {shown(node.value)}"
        )
        return None
    value = float(node.value)
    return int(value) if value.is_integer() else value


def read_bool(node: yaml.Node, name: str, source: Source) -> bool:
    """`true` or `false`, none of YAML's synonyms; False when refused."""
    if not _is(node, "bool"):
        hint = ": remove the quotes" if _is(node, "str") and node.value in ("true", "false") else ""
        source.note(node, f"{name}: must be true or false, not {kind(node)}{hint}")
    elif node.value not in ("true", "false"):
        source.note(node, f"{name}: write true or false, not {shown(node.value)}")
    return bool(node.value == "true")


def _is(node: yaml.Node, tag: str) -> TypeGuard[yaml.ScalarNode]:
    return isinstance(node, yaml.ScalarNode) and node.tag == _TAG + tag


def _way_out(node: yaml.Node, source: Source) -> str:
    """What to write instead of a value that YAML takes for something else than text."""
    if not isinstance(node, yaml.ScalarNode):
        return _COLLECTIONS[node.tag.removeprefix(_TAG)]
    if re.match(r",\S", source.lines[node.end_mark.line][node.end_mark.column :]):
        return ": put text with a comma in quotes"
    return f": put it in quotes: {shown(node.value)}" if node.value else ""


def _unread(node: yaml.Node, source: Source, *, line_breaks: bool) -> str | None:
    """Why the text is not all that its author wrote; None if it is."""
    if not isinstance(node, yaml.ScalarNode) or node.style == "'":
        return None
    first, last = node.start_mark, node.end_mark
    if node.style == '"':
        ends = (re.search(r"\\*$", line) for line in source.lines[first.line : last.line])
        joined = any(end and len(end.group()) % 2 for end in ends)
        return 'in " quotes, \\ at the end of a line is not read: use | for text of several lines' if joined else None
    if node.style:  # | or >
        comment = _COMMENT.match(source.lines[first.line], first.column + 1)
        return f"text after {node.style} is not read: begin it in the next line" if comment else None
    comment = _COMMENT.match(source.lines[last.line], last.column)
    if comment:
        return f"text after a blank and # is not read: put it in quotes: {shown((node.value + comment[1]).strip())}"
    if _comment_before(first, source.lines):
        return "text after a blank and # in the line above is not read: put it in quotes"
    if first.line < last.line and not line_breaks:
        return "goes on in the next line: write it in one line, or in quotes"
    return None


def _comment_before(start: yaml.Mark, lines: Sequence[str]) -> bool:
    """Whether the line that announces a value in the lines below it ends with a comment."""
    if lines[start.line][: start.column].strip():
        return False
    stripped = (lines[number].strip() for number in range(start.line - 1, -1, -1))
    above = next((line for line in stripped if line and not line.startswith("#")), "")
    return _COMMENT_BEFORE.fullmatch(above) is not None


def _problem(value: str, line_breaks: bool, *, escapes: bool) -> str | None:
    if len(value) > MAX_TEXT:
        return f"longer than {MAX_TEXT:,} characters ({len(value):,})"
    signs = value.replace("\n", "") if line_breaks else value
    control = next((sign for sign in signs if unicodedata.category(sign) in _CONTROL), None)
    if control:
        bare = "a tab: write blanks" if control == "\t" else "a line break: write it in one line"
        hint = "in \" quotes, \\ has a meaning of its own: use ' quotes" if escapes else bare
        return f"holds the control character U+{ord(control):04X}: {hint}"
    if all(unicodedata.category(sign) in _UNSEEN for sign in value):
        return "must not be blank"
    deceptive = deceptive_sign(signs)
    if deceptive:
        return f"holds the deceptive character U+{ord(deceptive):04X}"
    # Only keys still have it here: the other texts are trimmed.
    if value != value.strip():
        return f"white space before or after {shown(value)}"
    return None
