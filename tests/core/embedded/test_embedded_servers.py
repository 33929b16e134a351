"""What a start leaves: servers that answer, roles with the right rights, private files, data that survive the owner."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from scout_os.core.embedded.embedded_servers import EmbeddedServers, discard
from scout_os.core.embedded.errors import DataDirInUse, DataDirNotUsable
from scout_os.core.store_urls import StoreUrls
from tests.core.embedded.clients import (
    eventually,
    ports,
    postgres_dir,
    read_marks,
    runs,
    server_pids,
    valkey,
    write_marks,
)
from tests.core.embedded.conftest import StartOwner, new_data_dir
from tests.servers import query, running


@pytest.fixture(scope="module")
def shared_dir() -> Iterator[Path]:
    """A data directory for the tests that only look at running servers."""
    with new_data_dir() as path:
        yield path


@pytest.fixture(scope="module")
def urls(shared_dir: Path) -> Iterator[StoreUrls]:
    with running(EmbeddedServers(shared_dir)) as running_urls:
        yield running_urls


def test_roles_have_the_rights_their_names_say(urls: StoreUrls) -> None:
    """The owner owns, the service only logs in until it is granted more, and the reader reads all and writes nothing."""
    query(urls.owner_database_url, "CREATE TABLE plants (name text)", "INSERT INTO plants VALUES ('fern')")
    assert query(urls.reader_database_url, "SELECT name FROM plants") == "fern"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        query(urls.database_url, "SELECT name FROM plants")
    query(urls.owner_database_url, "GRANT SELECT, INSERT ON plants TO scout_service")
    assert query(urls.database_url, "INSERT INTO plants VALUES ('moss') RETURNING name") == "moss"
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        query(urls.reader_database_url, "DELETE FROM plants")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        query(urls.reader_database_url, "SET default_transaction_read_only = off", "DELETE FROM plants")
    for url in (urls.database_url, urls.reader_database_url):
        for forbidden in ("CREATE TABLE mine (x int)", "CREATE DATABASE mine", "CREATE ROLE mine"):
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError)):
                query(url, "SET default_transaction_read_only = off", forbidden)
    assert query(urls.database_url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_durable_servers_are_set_up_to_keep_what_they_acknowledge(urls: StoreUrls) -> None:
    """A durable PostgreSQL syncs and checks its pages, sorts by bytes in UTC; Valkey appends to a file and evicts nothing."""
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "jit": "off",
        "TimeZone": "UTC",
        "max_connections": "120",
        "shared_buffers": "128MB",
        "server_encoding": "UTF8",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
    }
    assert {name: query(urls.owner_database_url, f"SHOW {name}") for name in wanted} == wanted
    in_order = "SELECT string_agg(c, '' ORDER BY c) FROM unnest(ARRAY['ä', 'b', 'Z', 'a', 'B']) AS c"
    assert query(urls.database_url, in_order) == "BZabä"
    with valkey(urls) as client:
        settings = {
            name: client.config_get(name)[name] for name in ("appendonly", "appendfsync", "maxmemory-policy", "save")
        }
    assert settings == {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "save": ""}


def test_valkey_wants_the_password(urls: StoreUrls) -> None:
    """Whoever merely reaches the port gets nothing from Valkey."""
    no_retry = Retry(NoBackoff(), 0)
    with redis.Redis(port=ports(urls)[1] or 0, retry=no_retry) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_passwords_stand_in_private_files_only(urls: StoreUrls, shared_dir: Path) -> None:
    """A password is found in no file that others can read, on no command line, and not in the repr of the addresses."""
    passwords = [
        url.split("@")[0].rpartition(":")[2] for url in (urls.owner_database_url, urls.database_url, urls.redis_url)
    ]
    for path in (shared_dir / "servers").glob("*"):
        if path.is_file() and any(password in path.read_text() for password in passwords):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE((shared_dir / "servers" / "passwords.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(postgres_dir(shared_dir).stat().st_mode) == 0o700
    command_lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    for password in passwords:
        assert password not in repr(urls)
        assert not any(password.encode() in line for line in command_lines)


def test_a_directory_that_cannot_be_made_is_refused_with_a_sentence(data_dir: Path) -> None:
    """A path below a file is no data directory, and the error names it."""
    (data_dir / "file").write_text("")
    with pytest.raises(DataDirNotUsable, match="file/data is not usable"):
        EmbeddedServers(data_dir / "file" / "data").start()


def test_a_failed_start_leaves_nothing_running_and_lets_go(data_dir: Path) -> None:
    """When the passwords are damaged the start fails, and the directory is free again."""
    (data_dir / "servers").mkdir(mode=0o711)
    (data_dir / "servers" / "passwords.json").write_text("{")
    with pytest.raises(DataDirNotUsable, match=r"passwords\.json"):
        EmbeddedServers(data_dir).start()
    discard(data_dir)


def test_a_directory_has_one_owner_even_in_one_process(data_dir: Path) -> None:
    """A second start on the directory is refused, whoever asks, and the first one's servers stay up."""
    servers = EmbeddedServers(data_dir, durable=False)
    with running(servers) as urls:
        for second in (servers, EmbeddedServers(data_dir)):
            with pytest.raises(DataDirInUse):
                second.start()
        assert query(urls.database_url, "SELECT 1") == 1


def test_discard_removes_the_files_wherever_they_lie(tmp_path: Path) -> None:
    """The data directory is empty afterwards, also where its files lie elsewhere, but never while it is in use."""
    tmp_path.chmod(0o700)  # for root out of reach of the servers' account
    with running(EmbeddedServers(tmp_path, durable=False)) as urls:
        files = (tmp_path / "servers").resolve()
        assert query(urls.database_url, "SELECT 1") == 1
        with pytest.raises(DataDirInUse):
            discard(tmp_path)
    discard(tmp_path)
    discard(tmp_path)
    assert not files.exists()
    assert not list(tmp_path.iterdir())


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
    """Where the kernel sends no parent-death signal, the next start stops what the killed owner left running.

    Then it serves at the same addresses.
    """
    owner, first = start_owner(data_dir, "--outlived")
    write_marks(first, "kept by orphans")
    orphans = server_pids(data_dir, first)
    kill(owner)
    assert all(runs(pid) for pid in orphans)
    with running(EmbeddedServers(data_dir)) as urls:
        assert urls == first
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
