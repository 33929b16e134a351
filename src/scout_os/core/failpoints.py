"""Named places in the code where `chaos` can kill, freeze or fail a process.

They do nothing unless the environment sets them: `SCOUT_FAILPOINTS=award_after_commit=kill:0.02;drain_after_redis=sleep:1.5:0.1`.
An entry is `name=action[:seconds][:probability]`. `kill` sends SIGKILL to this process, `sleep` blocks the whole process,
and `raise` fails like a lost connection. `SCOUT_FAILPOINTS_SEED` makes the random choices repeatable.
Production refuses to start with failpoints (see `unsafe_settings`).
"""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import dataclass
from functools import cache
from typing import Final

VARIABLE: Final = "SCOUT_FAILPOINTS"
SEED_VARIABLE: Final = "SCOUT_FAILPOINTS_SEED"


class FailpointHit(ConnectionError):
    """Raised by `raise`; handled like a lost connection."""


@dataclass(frozen=True, slots=True)
class Failpoint:
    action: str
    seconds: float
    probability: float


def hit(name: str) -> None:
    """Act if the failpoint `name` is set. Otherwise this costs one lookup."""
    points = _points()
    if points and (point := points.get(name)) is not None and _draw().random() < point.probability:
        _act(name, point)


def parse(text: str) -> dict[str, Failpoint]:
    """The failpoints in `text`, by name. Raises `ValueError` if it cannot be parsed."""
    return dict(_parse_entry(entry.strip()) for entry in text.split(";") if entry.strip())


def _parse_entry(entry: str) -> tuple[str, Failpoint]:
    name, separator, rest = entry.partition("=")
    action, *numbers = rest.split(":")
    seconds = float(numbers.pop(0)) if action == "sleep" and numbers else 0.0
    probability = float(numbers.pop(0)) if numbers else 1.0
    if not separator or action not in {"kill", "sleep", "raise"} or numbers:
        raise ValueError(f"{VARIABLE}: cannot read {entry!r}")
    return name.strip(), Failpoint(action, seconds, probability)


@cache
def _points() -> dict[str, Failpoint]:
    return parse(os.environ.get(VARIABLE, ""))


@cache
def _draw() -> random.Random:
    return random.Random(os.environ.get(SEED_VARIABLE))  # noqa: S311 - repeatable draws, not a secret


def _act(name: str, point: Failpoint) -> None:
    if point.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif point.action == "sleep":
        time.sleep(point.seconds)
    else:
        raise FailpointHit(f"failpoint {name}")
