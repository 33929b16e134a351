"""What the embedded PostgreSQL and Valkey have in common."""

import signal
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from scout_os.core.embedded.account import Account
from scout_os.core.embedded.credentials import Credentials
from scout_os.core.embedded.process import ServerProcess


@dataclass(frozen=True)
class Setup:
    """How the servers of one data directory are started: see `EmbeddedServers`."""

    directory: Path
    account: Account
    credentials: Credentials
    durable: bool
    die_with_owner: bool

    @property
    def start_timeout_seconds(self) -> float:
        """Long enough for recovery after a crash, which may read a gigabyte of log."""
        return 120.0 if self.durable else 60.0


class Server(ABC):
    """One server on one port. Not safe for use by several threads."""

    name: ClassVar[str]
    # Sent in this order, each if the one before did not stop the server in time.
    stop_signals: ClassVar[tuple[signal.Signals, ...]]

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._process: ServerProcess | None = None

    @abstractmethod
    def clear(self) -> None:
        """Stop what a killed owner left running; its port is free then."""

    @abstractmethod
    def spawn(self, port: int) -> None:
        """Start the process without waiting for it to serve."""

    @abstractmethod
    def _says_ready(self) -> bool:
        """Tell whether the process that was spawned serves."""

    def wait_ready(self) -> None:
        """Return when it serves. Raises `PortTaken` or `ServerFailed`."""
        if self._process:
            self._process.wait_until(self._says_ready, self._setup.start_timeout_seconds)

    @property
    def death_signal(self) -> signal.Signals | None:
        return self.stop_signals[0] if self._setup.die_with_owner else None

    def is_alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def ask_to_stop(self) -> None:
        """Send the first signal without waiting, so that several servers can stop at the same time."""
        if self._process:
            self._process.popen.send_signal(self.stop_signals[0])

    def stop(self) -> None:
        """Stop it, by force if needed, and wait for its end. Does nothing if it is not running."""
        if not self._process:
            return
        patience_seconds = 20.0 if self._setup.durable else 5.0
        for signal_ in self.stop_signals:
            self._process.popen.send_signal(signal_)
            if self._process.wait_end(patience_seconds):
                break
        self._process = None
