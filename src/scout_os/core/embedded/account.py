"""Which operating-system account the servers run as, and what that account can reach."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from scout_os.core.embedded.errors import DataDirNotUsable

# Accounts that exist already, best first. None is ever created: that is the administrator's business.
_UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """Whether the servers run as the very account of this process."""
        return self.uid == os.geteuid()


def server_account() -> Account:
    """Return our own account, or as root an unprivileged one, because PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise DataDirNotUsable("PostgreSQL refuses to run as root, and neither 'postgres' nor 'nobody' exists to run as.")


def can_reach(account: Account, path: Path) -> bool:
    """Tell whether the account may enter every directory above `path` and search (or execute) `path` itself.

    It reads the plain permission bits. An access control list can only make the answer too pessimistic or end in
    a clear failure of the server.
    """
    return account.is_ours or all(_may_search(account, step.stat()) for step in (path, *path.parents))


def give(path: Path, account: Account) -> None:
    """Hand a file or directory that we made to the account of the servers."""
    if not account.is_ours:
        os.chown(path, account.uid, account.gid)


def _may_search(account: Account, status: os.stat_result) -> bool:
    # As the kernel does: the first class that fits decides, even when a later one would allow more.
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
