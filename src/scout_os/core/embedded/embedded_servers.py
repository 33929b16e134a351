"""The PostgreSQL and the Valkey of one data directory, from start to stop."""

import asyncio
import shutil
from pathlib import Path

import structlog

from scout_os.core.embedded.account import server_account
from scout_os.core.embedded.credentials import open_credentials
from scout_os.core.embedded.errors import EmbeddedError, PortTaken
from scout_os.core.embedded.files import SERVERS, open_servers_dir
from scout_os.core.embedded.lock import DirLock
from scout_os.core.embedded.ports import choose_ports
from scout_os.core.embedded.postgres_server import PostgresServer
from scout_os.core.embedded.provision import provision
from scout_os.core.embedded.server import Server, Setup
from scout_os.core.embedded.valkey_server import ValkeyServer
from scout_os.core.store_urls import StoreUrls

log = structlog.get_logger(__name__)

_PORT_ATTEMPTS = 5


class EmbeddedServers:
    """The servers of one data directory. All methods block; call them from one thread only.

    On Linux the kernel stops the servers when the thread that called `start` or `restart_dead` ends: see
    `ServerKeeper`. `die_with_owner=False` is for tests: it switches this off, as on macOS, where the next `start`
    stops what a killed owner left running. `durable=False` is for tests, too: nothing is synced, and Valkey loses its
    data at every restart.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, die_with_owner: bool = True) -> None:
        self._data_dir = data_dir.resolve()
        self._durable = durable
        self._die_with_owner = die_with_owner
        self._lock: DirLock | None = None
        self._servers: list[Server] = []
        self._ports: dict[str, int] = {}

    def start(self) -> StoreUrls:
        """Lock the directory, start both servers, create roles and database, and return their URLs.

        Raises `DataDirInUse`, `DataDirNotUsable`, `NoServerBinary` or `ServerFailed`; then nothing is left running.
        Must not be called inside a running event loop.
        """
        account = server_account()
        directory = open_servers_dir(self._data_dir, account)
        lock = DirLock(directory)
        lock.acquire(self._data_dir)
        self._lock = lock
        try:
            credentials = open_credentials(directory / "passwords.json")
            setup = Setup(directory, account, credentials, self._durable, self._die_with_owner)
            # Valkey first: it starts while initdb runs.
            self._servers = [ValkeyServer(setup), PostgresServer(setup)]
            self._start_servers(directory / "ports.json")
            asyncio.run(provision(self._ports[PostgresServer.name], credentials))
        except BaseException:
            self.stop()
            raise
        return credentials.store_urls(self._ports[PostgresServer.name], self._ports[ValkeyServer.name])

    def restart_dead(self) -> bool:
        """Start each dead server again on its old port; whether there was one. A failure is logged; call again later."""
        dead = [server for server in self._servers if not server.is_alive()]
        for server in dead:
            try:
                server.clear()
                server.spawn(self._ports[server.name])
                server.wait_ready()
            except (EmbeddedError, OSError):
                log.exception("embedded_server_failed", server=server.name)
                server.stop()
            else:
                log.warning("embedded_server_restarted", server=server.name)
        return bool(dead)

    def stop(self) -> None:
        """Stop the servers and unlock the directory. Does nothing if they are not running."""
        for server in self._servers:
            server.ask_to_stop()
        for server in self._servers:
            server.stop()
        self._servers = []
        if self._lock:
            self._lock.release()
            self._lock = None

    def _start_servers(self, port_memory: Path) -> None:
        for server in self._servers:
            server.clear()  # before a port is looked for: the old ones are to be free
        for attempts_left in reversed(range(_PORT_ATTEMPTS)):
            self._ports = choose_ports(port_memory, [server.name for server in self._servers])
            try:
                for server in self._servers:
                    server.spawn(self._ports[server.name])
                for server in self._servers:
                    server.wait_ready()
            except PortTaken:
                for server in self._servers:
                    server.stop()
                if not attempts_left:
                    raise
            else:
                return


def discard(data_dir: Path) -> None:
    """Delete the servers' files of a data directory, also those behind a link; the next start begins empty.

    Raises `DataDirInUse`.
    """
    servers = data_dir.resolve() / SERVERS
    if not servers.exists():
        servers.unlink(missing_ok=True)  # a dangling link
        return
    lock = DirLock(servers)
    lock.acquire(data_dir)
    try:
        shutil.rmtree(servers.resolve())
        if servers.is_symlink():
            servers.unlink()
    finally:
        lock.release()
