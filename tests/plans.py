"""How PostgreSQL would do a statement, as a tree of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.service import Truth

Node = dict[str, Any]


async def custom_plan(connection: Truth, sql: str, args: tuple[Any, ...]) -> Node:
    """The plan made for these very parameters."""
    return _tree(await connection.fetchval(f"EXPLAIN (FORMAT JSON) {sql}", *args))


async def generic_plan(connection: Truth, sql: str) -> Node:
    """The plan made for any parameters, which a session turns to when a statement has come a few times."""
    statement = await connection.prepare(sql)
    nulls = ", ".join(["NULL"] * len(statement.get_parameters()))
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    execute = f"EXECUTE {statement.get_name()}" + (f"({nulls})" if nulls else "")
    return _tree(await connection.fetchval(f"EXPLAIN (FORMAT JSON) {execute}"))


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for child in node.get("Plans", ()):
        yield from walk(child)


def scanned_whole(plan: Node) -> set[str]:
    """Tables that the plan reads from end to end."""
    return {node["Relation Name"] for node in walk(plan) if node["Node Type"] == "Seq Scan"}


def looped_over(plan: Node) -> set[str]:
    """Parts of the statement (CTEs) that are read anew for each row of another part."""
    return {node["CTE Name"] for node in _looped_parts(plan)}


def looked_up_for_each_pair(plan: Node) -> set[str]:
    """Tables in which something is looked up for each row of a part that is itself read anew for each row of another."""
    return {below["Relation Name"] for node in _looped_parts(plan) for below in walk(node) if "Relation Name" in below}


def _looped_parts(plan: Node) -> list[Node]:
    loops = [node for node in walk(plan) if node["Node Type"] == "Nested Loop"]
    return [loop["Plans"][1] for loop in loops if loop["Plans"][1]["Node Type"] == "CTE Scan"]


def _tree(told: str) -> Node:
    tree: Node = json.loads(told)[0]["Plan"]
    return tree
