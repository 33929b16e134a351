"""The installation under attack as faults see it: serving processes, proxies, and the servers' own processes."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import httpx

from chaos.load.population import Learner
from chaos.target.environment import connected
from chaos.target.hosts import Host, Start, environment_for
from chaos.target.stage import Stage

BACK_SECONDS = 60.0


class Arena:
    """Hosts on a stage. Every fault leaves it whole, or `restore` makes it so."""

    def __init__(self, stage: Stage, admin: Learner, starts: Sequence[Start]) -> None:
        self.stage = stage
        self.admin = admin
        self.hosts: list[Host] = []
        self.urls: list[str] = []
        """Where the hosts listen, always up to date."""
        self._starts = starts
        self._environment = environment_for(stage.fronts)

    async def open(self, extras: Sequence[Mapping[str, str]] = ()) -> None:
        """Start all hosts, perhaps with variables of their own, and wait until they serve."""
        for number in range(len(self._starts)):
            self.start(number, extras[number] if extras else None)
        for host in self.hosts:
            assert await asyncio.to_thread(host.wait_ready)

    async def close(self) -> None:
        for host in self.hosts:
            await asyncio.to_thread(host.stop)

    async def kill(self, number: int) -> None:
        await asyncio.to_thread(self.hosts[number].kill)

    def start(self, number: int, extra: Mapping[str, str] | None = None) -> None:
        """Start a host that does not run, perhaps with failpoints."""
        host = self._starts[number]({**self._environment, **(extra or {})})
        self.hosts[number : number + 1], self.urls[number : number + 1] = [host], [host.url]

    async def restore(self) -> None:
        """End all trouble and wait until servers and hosts are back; raises `AssertionError` if they do not come."""
        self.stage.calm()
        for pid in [*self.postgres_pids(), *self.valkey_pids(), *(host.pid for host in self.hosts)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        for number, host in enumerate(self.hosts):
            if not host.is_alive():
                self.start(number)
        await self._stores_back()
        for host in self.hosts:
            assert await asyncio.to_thread(host.wait_ready), "a host died"

    async def rebuild(self, number: int) -> int:
        """Ask a host for a rebuild; the status of the answer, 0 if there was none."""
        headers = {"Authorization": f"Bearer {self.admin.token}"}
        try:
            async with httpx.AsyncClient(base_url=self.hosts[number].api, timeout=5) as http:
                return (await http.post("/leaderboard/rebuild", headers=headers)).status_code
        except httpx.HTTPError:
            return 0

    def valkey_pids(self) -> list[int]:
        """The embedded Valkey, which is a child of this process."""
        return [pid for pid in self._servers() if "postgres" not in _look(pid, "exe").name]

    def postgres_pids(self) -> list[int]:
        """The postmaster first, then all of its children."""
        masters = [pid for pid in self._servers() if "postgres" in _look(pid, "exe").name]
        return masters + [child for master in masters for child in _children(master)]

    def _servers(self) -> list[int]:
        """Those of this stage alone: other servers may have the same parent."""
        home = self.stage.servers
        return [pid for pid in _children(os.getpid()) if home is not None and _look(pid, "cwd").is_relative_to(home)]

    async def _stores_back(self) -> None:
        deadline = time.monotonic() + BACK_SECONDS
        while True:
            try:
                with self.stage.valkey() as valkey:
                    valkey.config_set("maxmemory", 0)
                async with connected(self.stage.stores.reader_database_url):
                    return
            except Exception:
                assert time.monotonic() < deadline, "the servers did not come back"
                await asyncio.sleep(0.05)


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == parent and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def _look(pid: int, what: Literal["cwd", "exe"]) -> Path:
    """Where a process works (servers work in their data), or what it runs."""
    try:
        return Path(f"/proc/{pid}/{what}").readlink()
    except OSError:
        return Path("/")
