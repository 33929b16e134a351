"""What to write instead of text that YAML cannot parse, for authors who do not know its grammar."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

_CONTEXTS = ("quoted scalar", "simple key", "flow")
"""In these contexts, the mistake is where they begin."""
_COMMENT = "text after a blank and # is not read: put it in quotes"
_UNCLOSED = "the quote that opens here is not closed"
_ELSE = "indent fields that belong together by the same number of blanks"
_FIELD = r"\s*+(?:- +)*+(?:\w+ *: +)?+"
_BROKEN: list[tuple[str, str]] = [
    (r"\s*\t", "indent with blanks instead of tabs"),
    (r".*(?:\s|[\[{,])#", _COMMENT),
    (_FIELD + r"'[^']*'\s*[^\s,\]}:]", "double each ' within text in ' quotes, or use \" quotes"),
    (_FIELD + r'".*\\', "in \" quotes, \\ has a meaning of its own: use ' quotes"),
    (_FIELD + r'"[^"]*"\s*[^\s,\]}:]', 'write \\" for each " within text in " quotes, or use \' quotes'),
    (_FIELD + r"([@`%*&!|>?,]|-(?=\s))", "put text that begins with {0} in quotes"),
    (r"\s*(?:- +)*\w+:[^\s:]+$", "write a blank after the colon of a field"),
    (_FIELD + r"[\[{]", "close each [ and {{, and put texts with , : [ ] {{ or }} between them in quotes"),
    (r"\s*(?:- +)*\w+ *: .*:(?:\s|$)", "put text with a colon and a blank in quotes"),
]


def explain(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> tuple[int, str]:
    """The line of the mistake (1-based), and a reason that says what to write."""
    context = error.context or ""
    problem = error.problem or context
    mark = error.problem_mark or error.context_mark
    places = [mark.line if mark else 0]
    if error.context_mark and any(name in context for name in _CONTEXTS):
        places.insert(0, error.context_mark.line)
        if "quoted" in context and "end of stream" in problem:
            return places[0] + 1, f"not valid YAML: {problem}: {_UNCLOSED}"
    for place in places:
        for form, advice in _BROKEN:
            found = re.match(form, lines[place]) if place < len(lines) else None
            if found:
                return place + 1, f"not valid YAML: {problem}: {advice.format(*found.groups())}"
    place = places[-1]
    # A comment ends plain text that goes on in the next line.
    if 0 < place <= len(lines) and re.search(r"(?:^|\s)#", lines[place - 1]):
        return place, f"not valid YAML: {problem}: {_COMMENT}"
    return place + 1, f"not valid YAML: {problem}: {_ELSE}"
