"""How a bug is planted: by the name of what it changes and the clause that it changes there, never by a place in a file.

A clause must occur exactly once in the function, constant or script that is named; white space does not count. Anything
else raises `DoesNotFit`: whoever renames a function or rewrites a clause has to say here where the bug is now.
"""

from __future__ import annotations

import ast
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

LUA = "src/scout_os/leaderboard/redis/lua"


class DoesNotFit(Exception):
    """The code does not have what the plant changes."""


@dataclass(frozen=True)
class Edit:
    """Another clause in one function, class or constant of a module, or in a Lua script or a function of it."""

    path: str
    symbol: str
    """Empty: anywhere in a Lua script."""
    old: str
    new: str

    def apply(self, tree: Path) -> None:
        """Change the copy of the service below `tree`."""
        path = tree / self.path
        if not path.exists():
            raise DoesNotFit(f"{self.path} is not there")
        text = path.read_text()
        start, end = _span_in_lua(text, self.symbol) if path.suffix == ".lua" else _span_in_python(text, self.symbol)
        clause = r"\s+".join(re.escape(word) for word in self.old.split())
        found = list(re.finditer(clause, text[start:end]))
        if len(found) != 1:
            raise DoesNotFit(f"{self.path}: {self.symbol or 'the script'} has {len(found)} times: {self.old.strip()}")
        first, last = start + found[0].start(), start + found[0].end()
        line = text[text.rfind("\n", 0, first) + 1 : first]
        margin = line[: len(line) - len(line.lstrip())]
        new = textwrap.indent(textwrap.dedent(self.new).strip("\n"), margin).removeprefix(margin)
        text = text[:first] + new + text[last:]
        if path.suffix == ".py":
            compile(text, self.path, "exec")
        path.write_text(text)


class Plant:
    """A bug that the attack machine must find: what is wrong with it, and which short attack is to find it."""

    def __init__(self, name: str, breaks: str, schedule: str, *edits: Edit) -> None:
        self.name = name
        self.breaks = breaks
        self.schedule = schedule
        self.edits = edits

    def plant(self, tree: Path) -> None:
        """Put the bug into a copy of the service; raises `DoesNotFit`."""
        for edit in self.edits:
            try:
                edit.apply(tree)
            except (DoesNotFit, SyntaxError) as error:
                raise DoesNotFit(f"{self.name}: {error}") from error


def in_python(module: str, symbol: str, old: str, new: str) -> Edit:
    """In `symbol` (`function`, `Class.method` or `CONSTANT`) of a module of the service."""
    return Edit(f"src/{module.replace('.', '/')}.py", symbol, old, new)


def in_lua(script: str, function: str, old: str, new: str) -> Edit:
    """In one local function of a script of the leaderboard, or, if that is empty, anywhere in the script."""
    return Edit(f"{LUA}/{script}.lua", function, old, new)


def _span_in_python(text: str, symbol: str) -> tuple[int, int]:
    scope: list[ast.stmt] = ast.parse(text).body
    found: list[ast.stmt] = []
    for name in symbol.split("."):
        found = [statement for statement in scope if name in _names(statement)]
        if len(found) != 1:
            raise DoesNotFit(f"{symbol} is there {len(found)} times")
        scope = getattr(found[0], "body", [])
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[: found[0].lineno - 1])), sum(map(len, lines[: found[0].end_lineno]))


def _names(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _span_in_lua(text: str, function: str) -> tuple[int, int]:
    if not function:
        return 0, len(text)
    found = list(re.finditer(rf"^local function {re.escape(function)}\(.*?^end$", text, re.MULTILINE | re.DOTALL))
    if len(found) != 1:
        raise DoesNotFit(f"the function {function} is there {len(found)} times")
    return found[0].span()
