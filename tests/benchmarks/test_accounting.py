"""CPU time as the kernel accounts for it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
from redis import Redis

from benchmarks.accounting import Accounts, Cpu, cpu_seconds, forget_peak_memory, peak_memory
from scout_os.core.embedded import EmbeddedServers, discard
from scout_os.core.store_urls import StoreUrls

BURN = "import time\nwhile time.process_time() < 0.5: pass\n"
CHILD = BURN + "input()"
BURN_SQL = "SELECT count(*) FROM generate_series(1, 3000000)"
TICK = 0.02


def test_a_child_that_ended_is_counted() -> None:
    """What a child has used is in its parent's account when the parent knows of its end."""
    parent = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])\ninput()"],
        stdin=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while cpu_seconds(parent.pid) < 0.5 and time.monotonic() < deadline:
        time.sleep(0.05)
    used = cpu_seconds(parent.pid)
    parent.communicate(b"\n")
    assert used >= 0.5 - TICK


def test_each_part_is_charged_with_its_own_work(tmp_path: Path) -> None:
    """Work in PostgreSQL, the session ended since; work in Valkey; work in a worker of the service: each in its account."""
    servers = EmbeddedServers(tmp_path, durable=False)
    worker = None
    try:
        urls = servers.start()
        # Any process can stand for the service; its children are its workers.
        worker = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {(BURN + 'input()')!r}]).wait()",
            ],
            stdin=subprocess.PIPE,
        )
        accounts = Accounts(worker.pid, tmp_path)
        deadline = time.monotonic() + 30
        while accounts.read().service < 0.5 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert accounts.read().service >= 0.5 - TICK
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
    finally:
        if worker is not None:
            worker.communicate(b"\n")
        servers.stop()
        discard(tmp_path)


def test_the_peak_of_memory_can_be_forgotten() -> None:
    """After a peak was forgotten, a new one is the most that was held since."""
    held = bytearray(b"x") * 80_000_000
    peak = peak_memory(_own_pid())
    del held
    forget_peak_memory(_own_pid())
    assert peak_memory(_own_pid()) < peak - 40_000_000


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
