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


@pytest.mark.parametrize("state", ["running", "zombie", "none"])
def test_an_old_pid_is_neither_obeyed_nor_killed(data_dir: Path, stopped: EmbeddedServers, state: str) -> None:
    """A process that has the pid in postmaster.pid by now, one not reaped, or an empty file does not block the start."""
    program = ["sleep", "60"] if state == "running" else ["true"]
    with subprocess.Popen(program, user=server_account().uid, stdout=subprocess.PIPE) as foreign:
        try:
            if foreign.stdout and state != "running":
                foreign.stdout.read()  # ended, and not waited for until the block ends
            text = "" if state == "none" else f"{foreign.pid}\n{postgres_dir(data_dir)}\n"
            path = postgres_dir(data_dir) / "postmaster.pid"
            path.write_text(text)
            path.chmod(0o600)
            assert query(stopped.start().database_url, "SELECT 1") == 1
            assert state != "running" or foreign.poll() is None
        finally:
            foreign.kill()


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
