"""One owner per data directory. The kernel holds the lock, so it ends with its process."""

import fcntl
import os
from pathlib import Path

from scout_os.core.embedded.errors import DataDirInUse
from scout_os.core.embedded.process import wait_for

_LOCK_FILE = "lock"
# A killed process keeps its lock until the kernel has cleaned up after it.
_PATIENCE_SECONDS = 0.3


class DirLock:
    """The exclusive lock of a servers directory.

    Trap: a process forked (not spawned) from the owner shares the lock and keeps it after the owner's death.
    """

    def __init__(self, servers_dir: Path) -> None:
        self._path = servers_dir / _LOCK_FILE
        self._descriptor: int | None = None

    def acquire(self, data_dir: Path) -> None:
        """Take the lock and write our pid into the file, or raise `DataDirInUse` with the owner's pid."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        if not wait_for(lambda: try_lock(descriptor), _PATIENCE_SECONDS):
            pid = os.pread(descriptor, 20, 0).decode(errors="replace")
            os.close(descriptor)
            raise DataDirInUse(data_dir, int(pid) if pid.isdecimal() else None)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Unlock the directory. The file stays: without it two processes could lock two files of the same name."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
