"""CPU time by the kernel's own account: the service's processes, PostgreSQL's and Valkey's."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
# Fields of /proc/<pid>/stat after the name, counted from the state (proc_pid_stat(5)).
_PARENT, _OWN, _CHILDREN = 1, slice(11, 13), slice(13, 15)


@dataclass(frozen=True, slots=True)
class Cpu:
    """CPU seconds, user and system, since some beginning or between two readings."""

    service: float
    postgres: float
    redis: float

    @property
    def total(self) -> float:
        return self.service + self.postgres + self.redis

    def __sub__(self, other: Cpu) -> Cpu:
        return Cpu(self.service - other.service, self.postgres - other.postgres, self.redis - other.redis)

    def __truediv__(self, count: float) -> Cpu:
        return Cpu(self.service / count, self.postgres / count, self.redis / count)


class Accounts:
    """Reads what the processes of one `scout-os serve` have used so far.

    Children that ended are in their parent's account as soon as it knows of their end: sessions of PostgreSQL and
    forks of Valkey are not lost.
    """

    def __init__(self, serve_pid: int, data_dir: Path) -> None:
        servers = data_dir.resolve() / "servers"
        self.serve = serve_pid
        self.postmaster = _pid_in(servers.glob("pg*/postmaster.pid"))
        self.valkey = _pid_in(servers.glob("*/server.pid"))

    def read(self) -> Cpu:
        stats = _all_stats()
        stores = {self.postmaster, self.valkey}
        return Cpu(
            service=_used(stats, self.serve, without=stores, ended=False),
            postgres=_used(stats, self.postmaster),
            redis=_used(stats, self.valkey),
        )

    def service_pids(self) -> list[int]:
        """The serving process and its workers."""
        return list(_family(_all_stats(), self.serve, {self.postmaster, self.valkey}))


def cpu_seconds(pid: int) -> float:
    """What one process has used, its ended children included. Raises `OSError` if it is gone."""
    fields = _stat(pid)
    return sum(map(int, fields[_OWN] + fields[_CHILDREN])) / _TICKS


def peak_memory(pid: int) -> int:
    """The most bytes that a process has held since its start or `forget_peak_memory`."""
    return _memory(pid, "VmHWM")


def held_memory(pid: int) -> int:
    """The bytes that a process holds now."""
    return _memory(pid, "VmRSS")


def forget_peak_memory(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def descendants(root: int) -> list[int]:
    """`root` and all processes that descend from it."""
    return list(_family(_all_stats(), root, set()))


def _memory(pid: int, name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


def _used(stats: dict[int, list[str]], root: int, *, without: Iterable[int] = (), ended: bool = True) -> float:
    """Of `root` and what descends from it. The serving process' own ended children are its servers: left out."""
    ticks = 0
    for pid in _family(stats, root, set(without)):
        fields = stats[pid]
        ticks += sum(map(int, fields[_OWN]))
        if ended:
            ticks += sum(map(int, fields[_CHILDREN]))
    return ticks / _TICKS


def _family(stats: dict[int, list[str]], root: int, without: set[int]) -> Iterable[int]:
    if root in without:
        return
    yield root
    for pid, fields in stats.items():
        if int(fields[_PARENT]) == root:
            yield from _family(stats, pid, without)


def _all_stats() -> dict[int, list[str]]:
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            found[int(entry.name)] = _stat(int(entry.name))
        except OSError:
            continue  # ended meanwhile
    return found


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def _pid_in(files: Iterable[Path]) -> int:
    """The first line of the one pid file."""
    (file,) = files
    return int(file.read_text().split()[0])
