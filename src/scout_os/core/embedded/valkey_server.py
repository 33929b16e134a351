"""Valkey (or Redis) on the loopback address. The password is in a file, not on the command line."""

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
    """Without durability there is no append-only file, and every restart begins empty."""

    name: ClassVar[str] = "valkey"
    stop_signals: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGTERM, signal.SIGKILL)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._binary = reachable(find_valkey(), setup.account)
        # By product and version: no version reads the append-only file of a newer one.
        self._data = setup.directory / f"{self._binary.path.name.split('-')[0]}{self._binary.major}"

    def clear(self) -> None:
        clear_leftovers(self._data / _PID_FILE, self._binary.process_names, self.stop_signals)

    def spawn(self, port: int) -> None:
        self._data.mkdir(mode=0o700, exist_ok=True)
        give(self._data, self._setup.account)
        config = self._data / "server.conf"
        write_private(config, self._config(port), self._setup.account)
        log = self._setup.directory / "valkey.log"
        self._process = spawn([self._binary.path, config], self._setup.account, log, self.death_signal)

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
                "maxmemory-policy noeviction",  # full memory must be an error, not silent eviction of the leaderboard
                "set-proc-title no",  # `leftovers` recognises our server by its command line
                "",
            ]
        )

    def _says_ready(self) -> bool:
        """Read its log, in which Redis and Valkey write this line after loading their data.

        A PING would send the password to whatever program listens on the port.
        """
        return self._process is not None and "Ready to accept connections" in self._process.said()


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
