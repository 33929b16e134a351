"""Processes of the service that can be killed, frozen and started, on stores that live on."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import httpx

from chaos.target.environment import COMMAND, SECRET, clean_environment, free_port
from scout_os.core.store_urls import StoreUrls

READY_SECONDS = 60.0


@dataclass(frozen=True)
class Host:
    pid: int
    url: str
    process: subprocess.Popen[bytes] | None = None
    """If it is a child of this process, which takes note of its end."""

    @property
    def api(self) -> str:
        return f"{self.url}/api/v1"

    def wait_ready(self, seconds: float = READY_SECONDS) -> bool:
        """Wait until /readyz says so; False if the process dies before, or it takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return True
            if not self.is_alive() or time.monotonic() > deadline:
                return False
            time.sleep(0.01)

    def is_alive(self) -> bool:
        if self.process is not None:
            return self.process.poll() is None
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
        except OSError:
            return False

    def send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self.send(signal.SIGKILL)
        self.wait_dead(10)

    def stop(self) -> None:
        """End it as an operator does, if it is `scout-os serve`; else kill it."""
        if self.process is None:
            self.kill()
        elif self.is_alive():
            self.send(signal.SIGCONT)
            self.send(signal.SIGTERM)
            self.process.wait(30)

    def wait_dead(self, seconds: float) -> bool:
        """Whether it ends within `seconds`."""
        deadline = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.002)
        return True


Start: TypeAlias = Callable[[Mapping[str, str]], Host]
"""A way to start a host, with variables of the environment."""


class Forks:
    """Hosts forked from one program that has imported the service already."""

    def __init__(self, program: subprocess.Popen[bytes]) -> None:
        assert program.stdin is not None
        assert program.stdout is not None
        self._into, self._out = program.stdin, program.stdout

    def start(self, environment: Mapping[str, str]) -> Host:
        """A new host; not ready yet."""
        self._into.write(json.dumps(dict(environment)).encode() + b"\n")
        self._into.flush()
        told = json.loads(self._out.readline())
        return Host(told["pid"], f"http://127.0.0.1:{told['port']}")

    async def start_ready(self, environment: Mapping[str, str], number: int) -> list[Host]:
        """So many new hosts that serve."""
        hosts = [self.start(environment) for _ in range(number)]
        for host in hosts:
            assert await asyncio.to_thread(host.wait_ready)
        return hosts


@contextmanager
def forks(directory: Path) -> Iterator[Forks]:
    """A program to fork hosts from, for the block; its hosts die with it."""
    command = [sys.executable, "-m", "chaos.target.fork_server"]
    root, environment, pipe = Path(__file__).parents[2], clean_environment(), subprocess.PIPE
    with (
        (directory / "hosts.log").open("ab") as log,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, cwd=root, env=environment) as program,
    ):
        try:
            yield Forks(program)
        finally:
            program.kill()


class Serving:
    """`scout-os serve` as an operator runs it, on a port that stays its own."""

    def __init__(self, directory: Path, command: Path = COMMAND) -> None:
        self._command = command
        self._directory = directory
        self._port = free_port()

    def start(self, environment: Mapping[str, str]) -> Host:
        """A new host; not ready yet."""
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / "serve.log").open("ab") as log:
            process = subprocess.Popen(
                [str(self._command), "serve", "--port", str(self._port), "--data-dir", str(self._directory)],
                stdout=log,
                stderr=log,
                env=clean_environment(environment),
            )
        return Host(process.pid, f"http://127.0.0.1:{self._port}", process)


def environment_for(stores: StoreUrls, **settings: str) -> dict[str, str]:
    """The environment of a host on `stores`; it finds the schema and the content there."""
    chosen = {
        "database_url": stores.database_url,
        "database_owner_url": stores.owner_database_url,
        "redis_url": stores.redis_url,
        "secret_key": SECRET,
        "limits": "off",
        "migrate_on_start": "false",
        "log_level": "WARNING",
        **settings,
    }
    return {f"SCOUT_{name.upper()}": value for name, value in chosen.items()}
