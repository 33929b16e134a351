"""Which operating-system account the servers run as, and what that account can reach."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from scout_os.core.embedded.errors import DataDirNotUsable

# Existing accounts, in order of preference. Creating accounts is left to the administrator.
_UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """Whether the servers run as the same account as this process."""
        return self.uid == os.geteuid()


def server_account() -> Account:
    """Return our own account; for root an unprivileged one, because PostgreSQL refuses to run as root."""
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

    This reads the permission bits only. If an access control list says otherwise, the servers' files are copied
    needlessly, or the server fails with a clear message.
    """
    return account.is_ours or all(_may_search(account, step.stat()) for step in (path, *path.parents))


def give(path: Path, account: Account) -> None:
    """Make the servers' account the owner of a file or directory that we created."""
    if not account.is_ours:
        os.chown(path, account.uid, account.gid)


def _may_search(account: Account, status: os.stat_result) -> bool:
    # As the kernel does: the first matching class decides, even if a later one would allow more.
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
