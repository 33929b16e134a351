"""One child process with its log: start it, wait until it serves, stop it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scout_os.core.embedded import exec_server
from scout_os.core.embedded.account import Account
from scout_os.core.embedded.errors import PortTaken, ServerFailed

_LOG_LIMIT_BYTES = 10_000_000
_LOG_TAIL_CHARACTERS = 1500
_POLL_SECONDS = 0.005


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    give_up_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(_POLL_SECONDS)
    return True


@dataclass(frozen=True)
class ServerProcess:
    """A running or ended child. Its part of the log file begins at `log_start`; earlier runs wrote what precedes it."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    log_start: int

    def is_alive(self) -> bool:
        """Tell whether it runs. This also reaps a dead child: PostgreSQL would take the zombie for a live server."""
        return self.popen.poll() is None

    def wait_until(self, condition: Callable[[], bool], timeout_seconds: float) -> None:
        """Return once the condition holds; raise `PortTaken` or `ServerFailed` if the process ends or time is up."""
        give_up_at = time.monotonic() + timeout_seconds
        while True:
            # Asked first: a process that succeeds just after the condition was checked must not count as failed.
            is_alive = self.is_alive()
            if condition():
                return
            if not is_alive:
                self._raise_failed(f"ended with code {self.popen.returncode}")
            if time.monotonic() > give_up_at:
                self._raise_failed(f"was not ready after {timeout_seconds:.0f} s")
            time.sleep(_POLL_SECONDS)

    def wait_end(self, timeout_seconds: float) -> bool:
        """Tell whether it ended in time. (Popen.wait would sleep in steps of up to 50 ms.)"""
        return wait_for(lambda: not self.is_alive(), timeout_seconds)

    def said(self) -> str:
        with self.log.open("rb") as file:
            file.seek(self.log_start)
            return file.read().decode(errors="replace")

    def _raise_failed(self, what: str) -> None:
        said = self.said()
        reason = PortTaken if "Address already in use" in said else ServerFailed
        raise reason(f"{self.name} {what}; its log {self.log} ends with:\n{said[-_LOG_TAIL_CHARACTERS:]}")


def spawn(
    command: Sequence[str | Path], account: Account, log: Path, death_signal: signal.Signals | None
) -> ServerProcess:
    """Start a program as the account. On Linux it receives `death_signal` when the thread that started it ends.

    Trap: the kernel watches the thread, not the process; call this from a thread that outlives the server.
    """
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".old.log"))
    on_death = death_signal if death_signal and sys.platform == "linux" else 0
    starter = [sys.executable, "-I", "-S", exec_server.__file__]
    identity = [str(int(number)) for number in (account.uid, account.gid, os.getpid(), on_death)]
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:  # noqa: PTH123 - a descriptor
        log_start = output.tell()
        popen = subprocess.Popen(  # noqa: S603 - our own interpreter and server program
            [*starter, *identity, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C in a terminal must reach the application only, which then stops the servers
        )
    return ServerProcess(Path(command[0]).name, popen, log, log_start)
