"""PostgreSQL on the loopback address, one data directory for each major version."""

import signal
from pathlib import Path
from typing import ClassVar

from scout_os.core.embedded.binaries import find_postgres
from scout_os.core.embedded.copies import reachable
from scout_os.core.embedded.initdb import ensure_cluster
from scout_os.core.embedded.leftovers import clear_leftovers
from scout_os.core.embedded.ports import HOST
from scout_os.core.embedded.process import spawn
from scout_os.core.embedded.server import Server, Setup

_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "jit": "off",  # compiling costs more than it saves on short queries
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",  # no DETAIL lines: they contain personal data
    "logging_collector": "off",  # standard error goes to a file already
}
_SYNC = ("fsync", "synchronous_commit", "full_page_writes")
# Lines of postmaster.pid, as pg_ctl reads them.
_PID_LINE, _STATUS_LINE = 0, 7


class PostgresServer(Server):
    name: ClassVar[str] = "postgres"
    # PostgreSQL's "fast" shutdown (disconnect, checkpoint), "immediate" (recovery at the next start), then force.
    stop_signals: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._binary = reachable(find_postgres(), setup.account)
        self._data = setup.directory / f"pg{self._binary.major}"

    def spawn(self, port: int) -> None:
        """Start the process without waiting for it to serve. The first time this waits for initdb."""
        log = self._setup.directory / "postgres.log"
        clear_leftovers(self._data / "postmaster.pid", self._binary.process_names, self.stop_signals)
        ensure_cluster(self._data, self._binary, self._setup, log)
        command: list[str | Path] = [self._binary.path, "-D", self._data]
        for name, value in self._settings(port).items():
            command += ["-c", f"{name}={value}"]
        self._process = spawn(command, self._setup.account, log, self.death_signal)

    def wait_ready(self) -> None:
        if self._process:
            self._process.wait_until(self._says_ready, self._setup.start_timeout_seconds)

    def _settings(self, port: int) -> dict[str, str]:
        sync = "on" if self._setup.durable else "off"
        return _SETTINGS | dict.fromkeys(_SYNC, sync) | {"port": str(port)}

    def _says_ready(self) -> bool:
        """Read the postmaster's state from its pid file, which needs no connection."""
        try:
            lines = (self._data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        return (
            self._process is not None
            and len(lines) > _STATUS_LINE
            and lines[_PID_LINE] == str(self._process.popen.pid)
            and lines[_STATUS_LINE].strip() == "ready"
        )
