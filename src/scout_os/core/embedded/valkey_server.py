"""Valkey (or Redis) on the loopback address, with a password that never stands on a command line."""

import signal
from pathlib import Path
from typing import ClassVar

from scout_os.core.embedded.account import give
from scout_os.core.embedded.binaries import find_valkey
from scout_os.core.embedded.copies import reachable
from scout_os.core.embedded.files import write_private
from scout_os.core.embedded.leftovers import clear_leftovers
from scout_os.core.embedded.ports import HOST
from scout_os.core.embedded.process import spawn
from scout_os.core.embedded.server import Server, Setup

_PID_FILE = "server.pid"


class ValkeyServer(Server):
    """Trap: without durability there is no append-only file, and a restart begins empty."""

    name: ClassVar[str] = "valkey"
    stop_signals: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGTERM, signal.SIGKILL)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._binary = reachable(find_valkey(), setup.account)
        # By product and version: none reads the append-only file of a newer one.
        self._data = setup.directory / f"{self._binary.path.name.split('-')[0]}{self._binary.major}"

    def spawn(self, port: int) -> None:
        clear_leftovers(self._data / _PID_FILE, self._binary.process_names, self.stop_signals)
        self._data.mkdir(mode=0o700, exist_ok=True)
        give(self._data, self._setup.account)
        config = self._data / "server.conf"
        write_private(config, self._config(port), self._setup.account)
        log = self._setup.directory / "valkey.log"
        self._process = spawn([self._binary.path, config], self._setup.account, log, self.death_signal)

    def wait_ready(self) -> None:
        if self._process:
            self._process.wait_until(self._says_ready, self._setup.start_timeout_seconds)

    def _config(self, port: int) -> str:
        append_only = "yes" if self._setup.durable else "no"
        return "\n".join(
            [
                f"bind {HOST}",
                f"port {port}",
                f"requirepass {self._setup.credentials.valkey}",
                f"dir {_quoted(self._data)}",
                f"pidfile {_quoted(self._data / _PID_FILE)}",
                'save ""',
                f"appendonly {append_only}",
                "appendfsync everysec",
                "maxmemory-policy noeviction",  # a full memory must be an error, never a member lost from a board
                "set-proc-title no",  # the command line keeps the path by which it is known to be ours
                "",
            ]
        )

    def _says_ready(self) -> bool:
        """Read its log, where this line follows the loading of the data, in Redis as in Valkey.

        Asking for a PONG instead would tell the password to whoever else listens on a port that was taken.
        """
        return self._process is not None and "Ready to accept connections" in self._process.said()


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
