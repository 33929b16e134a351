"""One mapping of a pack, read field by field. Each problem is noted with its line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import yaml

from scout_os.core.spelling import canonical
from scout_os.training.content import scalars
from scout_os.training.content.issues import shown
from scout_os.training.content.source import Source

MAX_CHILDREN = 500
MAX_ORDER = 10_000


class Fields:
    """The fields of one mapping.

    The constructor notes unknown, repeated and missing fields. The readers return an empty stand-in for a missing field
    and for a value that they refuse, which they note.
    """

    def __init__(
        self, node: yaml.Node, name: str, source: Source, *, required: Iterable[str], optional: Iterable[str] = ()
    ) -> None:
        self.node = node
        self.source = source
        self._nodes: dict[str, yaml.Node] = {}
        required = list(required)
        if not isinstance(node, yaml.MappingNode):
            needs = ", ".join(required)
            source.note(node, f"{name}: must be a mapping of fields, not {scalars.kind(node)}: it needs {needs}")
            return
        self._gather(node, name, [*required, *optional])
        missing = [field for field in required if field not in self._nodes]
        if missing:
            source.note(node, f"{name}: missing {'field' if len(missing) == 1 else 'fields'} {', '.join(missing)}")

    def find(self, field: str) -> yaml.Node | None:
        return self._nodes.get(field)

    def line(self, field: str) -> str:
        """Text of one line, without the white space around it."""
        return self._text(field, trim=True)

    def prose(self, field: str) -> str:
        """Text that may hold line breaks; trimmed, because a block scalar ends with one."""
        return self._text(field, trim=True, line_breaks=True)

    def key(self, field: str) -> str:
        """Text that answers must equal exactly: white space around it would never match."""
        return self._text(field, trim=False)

    def word(self, field: str) -> str:
        """An id or another text of a fixed form."""
        node = self.find(field)
        return scalars.read_word(node, field, self.source) if node else ""

    def whole(self, field: str, low: int = 1, high: int = MAX_ORDER) -> int:
        node = self.find(field)
        return scalars.read_int(node, field, low, high, self.source) if node else 0

    def number(self, field: str) -> float | None:
        """A number that may have a fraction; None if it is missing or refused."""
        node = self.find(field)
        return scalars.read_number(node, field, self.source) if node else None

    def truth(self, field: str) -> bool:
        node = self.find(field)
        return scalars.read_bool(node, field, self.source) if node else False

    def choice(self, field: str, allowed: Collection[str]) -> str:
        node = self.find(field)
        value = self.word(field)
        if node and value and value not in allowed:
            self.source.note(node, f"{field}: {shown(value)} is none of {', '.join(allowed)}")
            return ""
        return value

    def children(self, field: str, low: int = 1, high: int = MAX_CHILDREN) -> Sequence[yaml.Node]:
        """The entries of a list; none of them when there are too few or too many."""
        node = self.find(field)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            hint = "write each entry in a line of its own, after - and a blank"
            self.source.note(node, f"{field}: must be a list, not {scalars.kind(node)}: {hint}")
            return ()
        entries: list[yaml.Node] = node.value
        if not low <= len(entries) <= high:
            self.source.note(node, f"{field}: must have {low} to {high} entries, not {len(entries)}")
            return ()
        return entries

    def keys(self, field: str, low: int, high: int) -> list[tuple[str, yaml.Node]]:
        """The texts of a list, each with its node; refused ones are left out."""
        nodes = self.children(field, low, high)
        entries = [(scalars.read_text(node, field, self.source, trim=False), node) for node in nodes]
        return [(text, node) for text, node in entries if text]

    def _text(self, field: str, *, trim: bool, line_breaks: bool = False) -> str:
        node = self.find(field)
        return scalars.read_text(node, field, self.source, trim=trim, line_breaks=line_breaks) if node else ""

    def _gather(self, node: yaml.MappingNode, name: str, known: Collection[str]) -> None:
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.source.note(key, f"{name}: a field name must be text, not {scalars.kind(key)}")
            elif key.value not in known:
                # In braces, what follows a comma is another field.
                is_rest = isinstance(value, yaml.ScalarNode) and value.start_mark.index == value.end_mark.index
                hint = "put text with a comma in quotes" if is_rest else f"it may have {', '.join(known)}"
                self.source.note(key, f"{name}: unknown field {shown(key.value)}: {hint}")
            elif key.value in self._nodes:
                self.source.note(key, f"{name}: {shown(key.value)} is given twice")
            else:
                self._nodes[key.value] = value


def note_repeats(
    entries: Iterable[tuple[str, yaml.Node]], name: str, source: Source, form: Callable[[str], str] = canonical
) -> None:
    """Note each text that learners or graders cannot tell from an earlier one: that is equal to it in this `form`."""
    seen: dict[str, tuple[str, int]] = {}
    for text, node in entries:
        first, line = seen.get(form(text), ("", 0))
        if not line:
            seen[form(text)] = (text, source.place(node).line)
        elif first == text:
            source.note(node, f"{name}: {shown(text)} is there twice (first on line {line})")
        else:
            source.note(node, f"{name}: {shown(text)} counts as the same as {shown(first)} (line {line})")
