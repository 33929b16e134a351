"""What clients did and were told, one JSON object a line: `{process, op, type, value, t}`, `t` in monotonic seconds.

A process does one thing at a time: each of its `invoke` is followed by its own `ok`, `fail` or `info`.
`ok`: done. `fail`: refused, nothing was done. `info`: nobody knows (a timeout, a lost connection, a 5xx).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["ok", "fail", "info"]
What = Literal["invoke", "ok", "fail", "info"]


@dataclass(frozen=True, slots=True)
class Event:
    process: int
    op: str
    type: What
    value: dict[str, Any]
    t: float


@dataclass(frozen=True, slots=True)
class Operation:
    """An invocation with its outcome; one that never ended is `info` and ends at infinity."""

    op: str
    asked: dict[str, Any]
    outcome: Outcome
    answer: dict[str, Any]
    started: float
    ended: float


class Recorder:
    """Appends events to a file, and keeps nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a", buffering=1)

    def record(self, process: int, op: str, what: What, value: dict[str, Any]) -> None:
        self._file.write(json.dumps(asdict(Event(process, op, what, value, time.monotonic()))) + "\n")

    def close(self) -> None:
        self._file.close()


def read(path: Path) -> Iterator[Event]:
    """The events of a file, in order; a last line cut short by a kill is left out."""
    with path.open() as lines:
        for line in lines:
            if line.endswith("\n"):
                yield Event(**json.loads(line))


def operations(events: Iterable[Event]) -> list[Operation]:
    """Each invocation with its outcome, by the time of the invocation."""
    under_way: dict[int, Event] = {}
    found: list[Operation] = []
    for event in events:
        if event.type == "invoke":
            under_way[event.process] = event
            continue
        began = under_way.pop(event.process)
        found.append(Operation(began.op, began.value, event.type, event.value, began.t, event.t))
    found += [Operation(e.op, e.value, "info", {}, e.t, float("inf")) for e in under_way.values()]
    return sorted(found, key=lambda operation: operation.started)
