"""CPU time as the kernel accounts for it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from redis import Redis

from benchmarks.accounting import Accounts, Cpu, cpu_seconds, forget_peak_memory, peak_memory
from scout_os.core.store_urls import StoreUrls
from tests.servers import passing_servers

BURN = "import time\nwhile time.process_time() < 0.5: pass\n"
CHILD = BURN + "input()"
BURN_SQL = "SELECT count(*) FROM generate_series(1, 3000000)"
TICK = 0.02


def test_a_child_that_ended_is_counted() -> None:
    """What a child has used is in its parent's account when the parent knows of its end."""
    with _python(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])\ninput()") as parent:
        assert _grown(lambda: cpu_seconds(parent.pid)) >= 0.5 - TICK


def test_each_part_is_charged_with_its_own_work(tmp_path: Path) -> None:
    """Work in PostgreSQL, the session ended since; work in Valkey; work in a worker of the service: each in its account."""
    # Any process can stand for the service; its children are its workers.
    service = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {CHILD!r}]).wait()"
    with passing_servers(tmp_path) as urls, _python(service) as worker:
        accounts = Accounts(worker.pid, tmp_path)
        assert _grown(lambda: accounts.read().service) >= 0.5 - TICK
        assert len(accounts.service_pids()) == 2
        before = accounts.read()
        asyncio.run(_work_in_postgres(urls))
        after_postgres = _settled(accounts, before)
        assert after_postgres.postgres > 0.1
        assert after_postgres.redis < 0.1
        before = accounts.read()
        with Redis.from_url(urls.redis_url) as valkey:
            valkey.eval("for i = 1, 60000000 do local x = i * i end", 0)
        used = accounts.read() - before
        assert used.redis > TICK
        assert used.postgres < used.redis + 0.1


def test_the_peak_of_memory_can_be_forgotten() -> None:
    """After a peak was forgotten, a new one is the most that was held since."""
    held = bytearray(b"x") * 80_000_000
    peak = peak_memory(_own_pid())
    del held
    forget_peak_memory(_own_pid())
    assert peak_memory(_own_pid()) < peak - 40_000_000


@contextmanager
def _python(code: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs the code, which ends by reading a line."""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.communicate(b"\n")


def _grown(used: Callable[[], float]) -> float:
    """The CPU time once it is half a second, or after half a minute."""
    deadline = time.monotonic() + 30
    while used() < 0.5 and time.monotonic() < deadline:
        time.sleep(0.05)
    return used()


async def _work_in_postgres(urls: StoreUrls) -> None:
    connection = await asyncpg.connect(urls.database_url)
    await connection.fetchval(BURN_SQL)
    await connection.close()


def _settled(accounts: Accounts, before: Cpu) -> Cpu:
    """Once the session's process is gone, which takes it a moment."""
    time.sleep(0.5)
    return accounts.read() - before


def _own_pid() -> int:
    return int(Path("/proc/self").resolve().name)
