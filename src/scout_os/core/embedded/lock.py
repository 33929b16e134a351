"""One owner per data directory, kept by the kernel: the lock of a process that died is gone with it."""

import fcntl
import os
import time
from pathlib import Path

from scout_os.core.embedded.errors import DataDirInUse
from scout_os.core.embedded.files import SERVERS

_LOCK_FILE = "lock"
# `is_owned` holds the lock for an instant, and a killed process keeps its lock until the kernel has taken it apart.
_PATIENCE_SECONDS = 0.3


class DirLock:
    """The exclusive lock of a servers directory.

    Trap: a process that was forked, not spawned, from the owner shares the lock and keeps it after the owner's death.
    """

    def __init__(self, servers_dir: Path) -> None:
        self._path = servers_dir / _LOCK_FILE
        self._descriptor: int | None = None

    def acquire(self, data_dir: Path) -> None:
        """Take the lock and write our pid into it, or raise `DataDirInUse` with the pid of the owner."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        give_up_at = time.monotonic() + _PATIENCE_SECONDS
        while not _try_lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > give_up_at:
                pid = os.pread(descriptor, 20, 0).decode(errors="replace")
                os.close(descriptor)
                raise DataDirInUse(data_dir, int(pid) if pid.isdecimal() else None)
            time.sleep(0.02)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let the directory go. The file stays: removing it would let two processes lock two files of one name."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def is_owned(data_dir: Path) -> bool:
    """Tell whether a live process owns the data directory at this moment."""
    try:
        descriptor = os.open(data_dir / SERVERS / _LOCK_FILE, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _try_lock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
