"""Who else used the machine while a benchmark ran: figures of a busy machine are noise, and should say so."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_IDLE, _STOLEN = (3, 4), 7


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds: of the whole machine, of what a hypervisor kept, and of this process with its ended children."""

    at: float
    busy: float
    stolen: float
    own: float

    def shares_since(self, before: Usage) -> tuple[float, float]:
        """Of all cores: the share that other programs used, and the share that was stolen."""
        whole = (self.at - before.at) * (os.cpu_count() or 1)
        others = (self.busy - before.busy) - (self.own - before.own)
        return max(0.0, others / whole), (self.stolen - before.stolen) / whole


def read_usage() -> Usage:
    """As of now; what was started from here counts once it has ended."""
    fields = [int(field) / _TICKS for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    stolen = fields[_STOLEN]
    busy = sum(fields[:_STOLEN]) - sum(fields[place] for place in _IDLE)
    own = sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )
    return Usage(time.monotonic(), busy, stolen, own)


@contextmanager
def telling_usage() -> Iterator[None]:
    """Print afterwards how much of the machine others had during the block."""
    before = read_usage()
    yield
    others, stolen = read_usage().shares_since(before)
    print(f"used by other programs: {others:.0%}, stolen: {stolen:.0%}")
