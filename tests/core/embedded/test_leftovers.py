"""Files that a bad end left behind, and ports that somebody else has by now."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scout_os.core.embedded.account import server_account
from scout_os.core.embedded.credentials import Credentials
from scout_os.core.embedded.embedded_servers import EmbeddedServers
from scout_os.core.embedded.errors import PortTaken
from scout_os.core.embedded.leftovers import _pids_from_proc, _pids_from_ps
from scout_os.core.embedded.ports import choose_ports
from scout_os.core.embedded.postgres_server import PostgresServer
from scout_os.core.embedded.server import Server, Setup
from scout_os.core.embedded.valkey_server import ValkeyServer
from tests.core.embedded.clients import ports, postgres_dir, runs, server_pids
from tests.servers import query, running, stopping


@pytest.fixture
def stopped(data_dir: Path) -> Iterator[EmbeddedServers]:
    """Servers that were started once and stopped cleanly; what the test starts is stopped."""
    servers = EmbeddedServers(data_dir, durable=False)
    with running(servers):
        pass
    with stopping(servers):
        yield servers


@pytest.fixture
def foreign_port() -> Iterator[int]:
    """A port of the loopback address on which another program listens."""
    with socket.socket() as program:
        program.bind(("127.0.0.1", 0))
        program.listen()
        yield program.getsockname()[1]


def leave_postmaster_pid(data_dir: Path, text: str) -> None:
    path = postgres_dir(data_dir) / "postmaster.pid"
    path.write_text(text)
    path.chmod(0o600)


def test_a_foreign_process_with_the_old_pid_is_neither_obeyed_nor_killed(
    data_dir: Path, stopped: EmbeddedServers
) -> None:
    """A pid in postmaster.pid that another program of the same account has by now does not block the start."""
    with subprocess.Popen(["sleep", "60"], user=server_account().uid) as foreign:
        try:
            leave_postmaster_pid(data_dir, f"{foreign.pid}\n{postgres_dir(data_dir)}\n")
            assert query(stopped.start().database_url, "SELECT 1") == 1
            assert foreign.poll() is None
        finally:
            foreign.kill()


def test_a_zombie_with_the_old_pid_does_not_block(data_dir: Path, stopped: EmbeddedServers) -> None:
    """A postmaster that is dead but not reaped answers to signal 0; the start does not take it for alive."""
    with subprocess.Popen(["true"], user=server_account().uid, stdout=subprocess.PIPE) as zombie:
        assert zombie.stdout
        zombie.stdout.read()  # ended, and not waited for until the block ends
        leave_postmaster_pid(data_dir, f"{zombie.pid}\n{postgres_dir(data_dir)}\n")
        assert query(stopped.start().database_url, "SELECT 1") == 1


def test_an_empty_pid_file_does_not_block(data_dir: Path, stopped: EmbeddedServers) -> None:
    """A power cut may leave postmaster.pid empty, with which PostgreSQL itself refuses to start."""
    leave_postmaster_pid(data_dir, "")
    assert query(stopped.start().database_url, "SELECT 1") == 1


def test_an_interrupted_initdb_leaves_nothing_half(data_dir: Path) -> None:
    """The remains of a killed initdb are removed, and the start makes a whole cluster."""
    half = data_dir / "servers" / "pg18.init-0badf00d"
    half.mkdir(parents=True, mode=0o711)
    half.parent.chmod(0o711)
    (half / "PG_VERSION").write_text("18\n")
    half.with_name(half.name + ".password").write_text("secret")
    with running(EmbeddedServers(data_dir, durable=False)) as urls:
        assert query(urls.database_url, "SELECT 1") == 1
        assert not list((data_dir / "servers").glob("*.init*"))


def test_a_port_that_somebody_took_is_replaced(stopped: EmbeddedServers) -> None:
    """When another program listens on last time's ports, the servers move to others."""
    before = ports(stopped.start())
    stopped.stop()
    with socket.socket() as first, socket.socket() as second:
        for program, port in zip((first, second), before, strict=True):
            program.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            program.bind(("127.0.0.1", port))
            program.listen()
        urls = stopped.start()
        assert not set(before) & set(ports(urls))
        assert query(urls.database_url, "SELECT 1") == 1


def test_a_port_taken_between_look_and_bind_is_tried_again(
    stopped: EmbeddedServers, foreign_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The port may be lost after it looked free: the start then looks again."""
    looks = iter([{"postgres": foreign_port}, {"valkey": foreign_port}, {}])
    monkeypatch.setattr(
        "scout_os.core.embedded.embedded_servers.choose_ports",
        lambda memory, names: choose_ports(memory, names) | next(looks),
    )
    assert query(stopped.start().database_url, "SELECT 1") == 1
    assert next(looks, None) is None


@pytest.mark.parametrize("server_class", [PostgresServer, ValkeyServer])
def test_a_taken_port_is_told_from_other_failures(
    data_dir: Path, foreign_port: int, server_class: type[Server]
) -> None:
    """A server that finds its port taken ends with an error of its own kind, which carries the end of the log."""
    server = server_class(Setup(data_dir, server_account(), Credentials(), durable=False, die_with_owner=True))
    server.spawn(foreign_port)
    with pytest.raises(PortTaken, match="Address already in use"):
        server.wait_ready()


def test_both_ways_to_find_servers_find_the_same(data_dir: Path, stopped: EmbeddedServers) -> None:
    """The search by command line, for systems without /proc, finds the servers and no program that has a file open."""
    urls = stopped.start()
    postmaster, valkey = server_pids(data_dir, urls)
    directory = postgres_dir(data_dir).resolve()
    with subprocess.Popen(
        ["tail", "-f", str(directory / "postgresql.conf")], stdout=subprocess.DEVNULL, cwd=directory
    ) as reader:
        try:
            assert _pids_from_ps(directory, frozenset({"postgres"})) == [postmaster]
            assert postmaster in (found := _pids_from_proc(directory, frozenset({"postgres"})))
            assert reader.pid not in found
            (valkey_dir,) = (data_dir.resolve() / "servers").glob("[rv]*[0-9]")
            for find in (_pids_from_ps, _pids_from_proc):
                assert find(valkey_dir, frozenset({"valkey-server", "redis-server", "redis-check-rdb"})) == [valkey]
        finally:
            reader.kill()
    assert runs(postmaster)
