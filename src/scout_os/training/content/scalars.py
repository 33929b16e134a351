"""Single values of a pack, read strictly: a value that YAML guessed to be of another type is refused, not converted.

Each reader notes a value that it refuses and returns an empty stand-in. No caller sees one: a pack with issues is
never returned.
"""

from __future__ import annotations

import re
import unicodedata

import yaml

from scout_os.core.spelling import deceptive_sign
from scout_os.training.content.issues import Source, shown

MAX_TEXT = 2_000
_TAG = "tag:yaml.org,2002:"
_KINDS = {
    "bool": "a boolean",
    "float": "a fraction",
    "int": "a number",
    "map": "a mapping",
    "null": "empty",
    "seq": "a list",
    "str": "text",
    "timestamp": "a date",
}
_PLAIN_INT = re.compile(r"-?(0|[1-9][0-9]{0,8})")
_CONTROL = {"Cc", "Cs", "Zl", "Zp"}
_UNSEEN = _CONTROL | {"Cf", "Zs"}


def kind(node: yaml.Node) -> str:
    """The type that YAML gives the value, in words."""
    given = _KINDS.get(node.tag.removeprefix(_TAG), f"tagged {shown(node.tag)}")
    # An explicit tag can lie: `!!str {a: b}` is a mapping node tagged as text.
    if isinstance(node, yaml.MappingNode) and given in _KINDS.values():
        return "a mapping"
    if isinstance(node, yaml.SequenceNode) and given in _KINDS.values():
        return "a list"
    return given


def read_text(node: yaml.Node, name: str, source: Source, *, trim: bool, line_breaks: bool = False) -> str:
    """Text in NFC, trimmed or not, of one line or several; empty when refused."""
    if not _is(node, "str"):
        hint = ": put it in quotes" if isinstance(node, yaml.ScalarNode) and not _is(node, "null") else ""
        source.note(node, f"{name}: must be text, not {kind(node)}{hint}")
        return ""
    value = unicodedata.normalize("NFC", node.value.strip(" \n") if trim else node.value)
    problem = _problem(value, line_breaks)
    if problem:
        source.note(node, f"{name}: {problem}")
        return ""
    return value


def read_int(node: yaml.Node, name: str, low: int, high: int, source: Source) -> int:
    """A whole number in plain digits within the bounds; 0 when refused."""
    if not _is(node, "int"):
        quoted = _is(node, "str") and _PLAIN_INT.fullmatch(node.value)
        hint = ": remove the quotes" if quoted else ""
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


def read_bool(node: yaml.Node, name: str, source: Source) -> bool:
    """`true` or `false`, none of YAML's synonyms; False when refused."""
    if not _is(node, "bool"):
        source.note(node, f"{name}: must be true or false, not {kind(node)}")
    elif node.value not in ("true", "false"):
        source.note(node, f"{name}: write true or false, not {shown(node.value)}")
    return bool(node.value == "true")


def _is(node: yaml.Node, tag: str) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == _TAG + tag


def _problem(value: str, line_breaks: bool) -> str | None:
    if len(value) > MAX_TEXT:
        return f"longer than {MAX_TEXT:,} characters ({len(value):,})"
    signs = value.replace("\n", "") if line_breaks else value
    control = next((sign for sign in signs if unicodedata.category(sign) in _CONTROL), None)
    if control:
        return f"holds the control character U+{ord(control):04X}"
    if all(unicodedata.category(sign) in _UNSEEN for sign in value):
        return "must not be blank"
    deceptive = deceptive_sign(signs)
    if deceptive:
        return f"holds the deceptive character U+{ord(deceptive):04X}"
    # Only keys still have it here: the other texts are trimmed.
    if value != value.strip():
        return f"white space before or after {shown(value)}"
    return None
