"""PostgreSQL and Valkey of one data directory, from the lock to the last signal."""

import asyncio
import logging
import shutil
from pathlib import Path

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

logger = logging.getLogger(__name__)

_PORT_ATTEMPTS = 5


class EmbeddedServers:
    """The servers of one data directory. All methods block, and belong to one thread.

    Trap: on Linux the servers die with the thread that called `start` or `restart_dead`; `ServerKeeper` is such a
    thread. `die_with_owner=False` is life without that signal, as on macOS, where the next `start` stops what a killed
    owner left running. `durable=False` is for tests: nothing is synced, and Valkey forgets at every restart.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, die_with_owner: bool = True) -> None:
        self._data_dir = data_dir.resolve()
        self._durable = durable
        self._die_with_owner = die_with_owner
        self._lock: DirLock | None = None
        self._servers: list[Server] = []
        self._ports: dict[str, int] = {}

    def start(self) -> StoreUrls:
        """Take the directory, start both servers, make roles and database, and return where they listen.

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
            # Valkey first: it boots while initdb runs.
            self._servers = [ValkeyServer(setup), PostgresServer(setup)]
            self._start_servers(directory / "ports.json")
            asyncio.run(provision(self._ports[PostgresServer.name], credentials))
        except BaseException:
            self.stop()
            raise
        return credentials.store_urls(self._ports[PostgresServer.name], self._ports[ValkeyServer.name])

    def find_dead(self) -> list[str]:
        """Return the names of the servers that should run and do not."""
        return [server.name for server in self._servers if not server.is_alive()]

    def restart_dead(self) -> list[str]:
        """Start each dead server again on its old port, and return the names of those that serve again.

        One that fails is logged and stays dead, for the next call.
        """
        return [server.name for server in self._servers if not server.is_alive() and self._restart(server)]

    def stop(self) -> None:
        """Stop the servers, then let the directory go. Does nothing when they are not running."""
        for server in self._servers:
            server.ask_to_stop()
        for server in self._servers:
            server.stop()
        self._servers = []
        if self._lock:
            self._lock.release()
            self._lock = None

    def _start_servers(self, port_memory: Path) -> None:
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

    def _restart(self, server: Server) -> bool:
        try:
            server.spawn(self._ports[server.name])
            server.wait_ready()
        except (EmbeddedError, OSError):
            logger.exception("%s died and could not be started again", server.name)
            server.stop()
            return False
        logger.warning("%s died and was started again", server.name)
        return True


def discard(data_dir: Path) -> None:
    """Remove the servers' files of a data directory for good, wherever they lie; the next start begins empty.

    Removing the directory itself would leave them behind where `servers` is a link. Raises `DataDirInUse`.
    """
    servers = data_dir.resolve() / SERVERS
    if not servers.exists():
        servers.unlink(missing_ok=True)  # a link that leads nowhere
        return
    lock = DirLock(servers)
    lock.acquire(data_dir)
    try:
        shutil.rmtree(servers.resolve())
        if servers.is_symlink():
            servers.unlink()
    finally:
        lock.release()
