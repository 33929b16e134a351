"""PostgreSQL on the loopback address, one data directory for each major version."""

import secrets
import shutil
import signal
from pathlib import Path
from typing import ClassVar

import structlog

from scout_os.core.embedded.account import give
from scout_os.core.embedded.binaries import Binary, find_postgres
from scout_os.core.embedded.copies import reachable
from scout_os.core.embedded.credentials import OWNER
from scout_os.core.embedded.files import write_private
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

log = structlog.get_logger(__name__)


class PostgresServer(Server):
    name: ClassVar[str] = "postgres"
    # PostgreSQL's "fast" shutdown (disconnect, checkpoint), "immediate" (recovery at the next start), then force.
    stop_signals: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._binary = reachable(find_postgres(), setup.account)
        self._data = setup.directory / f"pg{self._binary.major}"

    def clear(self) -> None:
        clear_leftovers(self._data / "postmaster.pid", self._binary.process_names, self.stop_signals)

    def spawn(self, port: int) -> None:
        """Start the process without waiting for it to serve. The first time this waits for initdb."""
        log_file = self._setup.directory / "postgres.log"
        _ensure_cluster(self._data, self._binary, self._setup, log_file)
        command: list[str | Path] = [self._binary.path, "-D", self._data]
        sync = dict.fromkeys(_SYNC, "on" if self._setup.durable else "off")
        for name, value in {**_SETTINGS, **sync, "port": str(port)}.items():
            command += ["-c", f"{name}={value}"]
        self._process = spawn(command, self._setup.account, log_file, self.death_signal)

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


def _ensure_cluster(data: Path, binary: Binary, setup: Setup, log_file: Path) -> None:
    """Make `data` a PostgreSQL cluster of this binary's major version; an existing one is not changed.

    initdb works in a temporary directory that is renamed afterwards, so a killed initdb leaves no half-made cluster.
    Each try has a new directory, because processes of a killed initdb may still write into theirs for a moment.
    """
    if (data / "PG_VERSION").exists():
        return
    _warn_of_other_versions(data)
    _remove_unfinished(data)
    aside = data.with_name(f"{data.name}.init-{secrets.token_hex(4)}")
    password_file = aside.with_name(aside.name + ".password")
    aside.mkdir(mode=0o700)
    give(aside, setup.account)
    write_private(password_file, setup.credentials.owner, setup.account)
    options = ["-D", str(aside), f"--pwfile={password_file}", *_options(binary, setup)]
    death_signal = signal.SIGKILL if setup.die_with_owner else None
    process = spawn([binary.path.with_name("initdb"), *options], setup.account, log_file, death_signal)
    try:
        process.wait_until(lambda: process.popen.poll() == 0, setup.start_timeout_seconds)
    finally:
        process.popen.kill()
        password_file.unlink(missing_ok=True)
    aside.rename(data)


def _options(binary: Binary, setup: Setup) -> list[str]:
    # Text sorts by bytes, so the order is the same on every machine.
    locale = ["--locale=C"]
    if binary.major >= 17:  # with it, upper() and lower() work beyond ASCII, too
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [
        f"--username={OWNER}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--data-checksums",
        "--no-instructions",
        *locale,
        *([] if setup.durable else ["--no-sync"]),
    ]


def _remove_unfinished(data: Path) -> None:
    for path in data.parent.glob(f"{data.name}.init*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _warn_of_other_versions(data: Path) -> None:
    if others := [path.parent.name for path in data.parent.glob("pg*/PG_VERSION") if ".init" not in path.parent.name]:
        log.warning("new_postgres_cluster", directory=str(data), other_major_versions=others)
