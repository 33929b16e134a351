"""An owner that is killed, refused, or ends carelessly."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scout_os.core.embedded.embedded_servers import EmbeddedServers, discard
from scout_os.core.embedded.errors import DataDirInUse
from tests.core.embedded.clients import eventually, read_marks, runs, server_pids, write_marks
from tests.core.embedded.conftest import StartOwner
from tests.servers import query, running


def kill(owner: subprocess.Popen[str]) -> None:
    owner.kill()
    owner.wait()


def test_a_second_owner_is_refused_and_told_who_the_first_is(data_dir: Path, start_owner: StartOwner) -> None:
    """The directory belongs to one live process until that has ended."""
    owner, urls = start_owner(data_dir, "--fast")
    with pytest.raises(DataDirInUse, match=f"process {owner.pid};"):
        EmbeddedServers(data_dir).start()
    assert query(urls.database_url, "SELECT 1") == 1
    owner.communicate()
    discard(data_dir)


def test_servers_die_with_their_owner(data_dir: Path, start_owner: StartOwner) -> None:
    """On Linux the kernel itself stops the servers of a killed owner."""
    owner, urls = start_owner(data_dir, "--fast")
    pids = server_pids(data_dir, urls)
    kill(owner)
    assert eventually(lambda: not any(runs(pid) for pid in pids))


def test_the_next_start_stops_orphans(data_dir: Path, start_owner: StartOwner) -> None:
    """Where the kernel sends no parent-death signal, the next start stops what the killed owner left running."""
    owner, urls = start_owner(data_dir, "--outlived")
    write_marks(urls, "kept by orphans")
    orphans = server_pids(data_dir, urls)
    kill(owner)
    assert all(runs(pid) for pid in orphans)
    with running(EmbeddedServers(data_dir)) as urls:
        assert read_marks(urls) == ("kept by orphans", "kept by orphans")
        assert not any(runs(pid) for pid in orphans)


def test_orphaned_backends_of_a_killed_postmaster_do_not_block(data_dir: Path, start_owner: StartOwner) -> None:
    """Backends that outlive their postmaster hold its shared memory; the next start stops them too."""
    owner, urls = start_owner(data_dir, "--fast", "--outlived")
    orphans = server_pids(data_dir, urls)
    sleeper = f"import asyncio, asyncpg\nasync def f():\n c = await asyncpg.connect({urls.database_url!r}, ssl=False)\n"
    sleeper += " print(await c.fetchval('SELECT pg_backend_pid()'), flush=True)\n"
    sleeper += (
        ' await c.execute("DO $$ DECLARE n bigint := 0; BEGIN LOOP n := n + 1; END LOOP; END $$")\nasyncio.run(f())'
    )
    with subprocess.Popen(
        [sys.executable, "-c", sleeper], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as client:
        assert client.stdout
        backend = int(client.stdout.readline())
        kill(owner)
        os.kill(orphans[0], signal.SIGKILL)
        try:
            with running(EmbeddedServers(data_dir, durable=False)) as urls:
                assert query(urls.database_url, "SELECT 1") == 1
                assert not runs(backend)
        finally:
            client.kill()


def test_an_owner_that_ends_without_stopping_leaves_nothing_behind(data_dir: Path, start_owner: StartOwner) -> None:
    """A process whose main thread just ends is not kept alive by its servers, and stops them cleanly."""
    owner, urls = start_owner(data_dir, "--fast", "--forget", "--outlived")
    assert owner.wait(30) == 0
    with pytest.raises(OSError, match="Connect call failed"):
        query(urls.database_url, "SELECT 1")
    assert not list((data_dir / "servers").glob("pg*/postmaster.pid"))


def test_an_ordinary_user_gets_the_same(data_dir: Path, start_owner: StartOwner) -> None:
    """Without root the servers run as the user; a killed owner is recovered from as well."""
    owner, urls = start_owner(data_dir, "--as-nobody")
    write_marks(urls, "by a user")
    pids = server_pids(data_dir, urls)
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in pids} == {(data_dir / "servers").stat().st_uid}
    kill(owner)
    _, urls = start_owner(data_dir, "--as-nobody")
    assert read_marks(urls) == ("by a user", "by a user")
