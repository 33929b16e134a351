"""The service to be measured: a serving process with durable embedded servers of its own, in a directory of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from redis import Redis

from benchmarks.accounting import Accounts
from benchmarks.generators import ROOT
from benchmarks.sql import query
from scout_os.core.embedded.embedded_servers import discard
from scout_os.core.store_urls import StoreUrls
from scout_os.running_instance import NotRunning, find_running
from tests.process import clean_environment

START_SECONDS = 300
SETTLE_SECONDS = 300
READY_IN_A_ROW = 40
"""So many connections, which the workers share among them, must find a worker that is ready."""
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class Installation:
    """A running service; `accounts` reads the CPU time of its parts. `checkout` may be of another commit."""

    def __init__(self, directory: Path, checkout: Path) -> None:
        self.data_dir = directory / "data"
        self._command = str(checkout / ".venv" / "bin" / "scout-os")
        self._log = (directory / "serve.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.stores: StoreUrls
        self.accounts: Accounts

    def start(self, workers: int = 1) -> None:
        """Serve, and wait until the service is ready."""
        command = [self._command, "serve", "--port", "0", "--data-dir", str(self.data_dir), "--workers", str(workers)]
        environment = clean_environment({"SCOUT_LIMITS": "off", "SCOUT_LOG_LEVEL": "ERROR"})
        self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log, cwd=ROOT, env=environment)
        deadline = time.monotonic() + START_SECONDS
        while not all(self._is_ready() for _ in range(1 if workers == 1 else READY_IN_A_ROW)):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the service did not start:\n{Path(self._log.name).read_text()[-2000:]}")
            time.sleep(0.05)
        self.accounts = Accounts(self._process.pid, self.data_dir)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)

    def close(self) -> None:
        self.stop()
        self._log.close()
        discard(self.data_dir)

    def populate(self, count: int) -> None:
        """Add learners with their histories, by the command of the served commit, and leave no work to autovacuum."""
        command = [self._command, "bench", "populate", "--users", str(count), "--data-dir", str(self.data_dir)]
        subprocess.run(command, check=True, env=clean_environment(), stdout=subprocess.DEVNULL)
        self.tidy()

    def tidy(self) -> None:
        for statement in ("VACUUM (ANALYZE)", "CHECKPOINT"):
            query(self.stores, statement)

    def count_statements(self) -> None:
        """Load `pg_stat_statements`, for which the servers start anew."""
        query(self.stores, "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
        self.stop()
        self.start()
        query(self.stores, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def durability(self) -> dict[str, str]:
        """What the servers say of their durability. Raises `RuntimeError` if they would forget in a power cut."""
        said = {name: str(query(self.stores, f"SHOW {name}")[0][0]) for name in _DURABLE}
        if said != _DURABLE:
            raise RuntimeError(f"PostgreSQL is not durable: {said}")
        with self.valkey() as valkey:
            said |= {name: _config(valkey, name) for name in ("appendonly", "appendfsync")}
        return said | {"postgresql": str(query(self.stores, "SHOW server_version")[0][0])}

    def valkey(self) -> Redis:
        """A plain client of the service's Valkey."""
        return Redis.from_url(self.stores.redis_url, decode_responses=True)

    def settle(self) -> None:
        """Wait until every award has been drained to the board: that work belongs to what was measured."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while query(self.stores, "SELECT EXISTS (SELECT FROM board_outbox)")[0][0]:
            if time.monotonic() > deadline:
                raise RuntimeError("the board does not catch up")
            time.sleep(0.05)

    @contextmanager
    def frozen_service(self) -> Iterator[None]:
        """The service holds still for the block: what is measured then is not its work."""
        with _frozen(self.accounts.service_pids()):
            yield

    @contextmanager
    def frozen_valkey(self) -> Iterator[None]:
        """Valkey answers nobody for the block."""
        with _frozen([self.accounts.valkey]):
            yield

    def board_source(self, token: str) -> str:
        """Who answers the board just now: Redis or PostgreSQL."""
        answer = httpx.get(
            f"{self.url}/api/v1/leaderboard/me", headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        answer.raise_for_status()
        return str(answer.json()["data"]["meta"]["source"])

    def wait_for_source(self, token: str, source: str) -> None:
        deadline = time.monotonic() + SETTLE_SECONDS
        while self.board_source(token) != source:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the board is not answered by {source}")
            time.sleep(0.1)

    def rebuild(self, admin: str) -> float:
        """Rebuild the board; the seconds it took."""
        began = time.perf_counter()
        headers = {"Authorization": f"Bearer {admin}"}
        httpx.post(f"{self.url}/api/v1/leaderboard/rebuild", headers=headers, timeout=600).raise_for_status()
        return time.perf_counter() - began

    def _is_ready(self) -> bool:
        try:
            running = find_running(self.data_dir)
            self.url, self.stores = running.api_url, running.stores
            return self._process is not None and (
                running.pid == self._process.pid and httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
            )
        except (NotRunning, httpx.TransportError):
            return False


@contextmanager
def installed(checkout: Path = ROOT) -> Iterator[Installation]:
    """A fresh installation for the block."""
    with TemporaryDirectory(prefix="scout-os-bench-") as directory:
        installation = Installation(Path(directory), checkout)
        try:
            installation.start()
            yield installation
        finally:
            installation.close()


@contextmanager
def bare_server(data_dir: Path) -> Iterator[tuple[str, int]]:
    """B0 for the block: its URL and process."""
    command = [sys.executable, "-m", "benchmarks.bare", "--data-dir", str(data_dir)]
    environment = clean_environment()
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            yield url, process.pid
        finally:
            process.terminate()


@contextmanager
def _frozen(pids: list[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def _config(valkey: Redis, name: str) -> str:
    said: Any = valkey.config_get(name)
    return str(said[name])
