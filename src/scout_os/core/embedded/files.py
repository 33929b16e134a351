"""Where the servers' files are, and how our own small files are written.

Everything is below `<data_dir>/servers`. For root this may be a link into `/var/lib`, because the servers' account
cannot reach a checkout below `/root` (mode 0700). Nothing else points there, so a data directory can be moved. If you
delete the link, the next start begins empty, and the old files stay in `/var/lib`.
"""

import os
import secrets
from pathlib import Path

from scout_os.core.embedded.account import Account, can_reach
from scout_os.core.embedded.errors import DataDirNotUsable

SERVERS = "servers"
_PRIVATE_NAME = "scout-os-embedded"
# Others may enter (the servers' account must), but not list the directory.
_PASS_THROUGH = 0o711


def open_servers_dir(data_dir: Path, account: Account) -> Path:
    """Return the real path of the directory of the servers' files; create it if there is none.

    Raises `DataDirNotUsable` if it cannot be created or written, or belongs to another account.
    """
    servers = data_dir / SERVERS
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if servers.is_symlink() and not servers.exists():
            # An empty start would hide that the data is gone.
            raise DataDirNotUsable(
                f"{servers} points to {servers.readlink()}, which no longer exists; remove the link to start with empty servers."
            )
        if not servers.exists():
            _make_servers_dir(servers, account)
        real = servers.resolve(strict=True)
        owner = real.stat().st_uid
    except OSError as error:
        raise DataDirNotUsable(f"The data directory {data_dir} is not usable: {error}.") from error
    if owner != os.geteuid():
        raise DataDirNotUsable(
            f"{real} belongs to the user id {owner}: run as that user, or use another data directory."
        )
    if not os.access(real, os.W_OK | os.X_OK):
        raise DataDirNotUsable(f"The directory {real} is not writable; allow writing or use another data directory.")
    return real


def private_root() -> Path:
    """Return the directory for files that the servers' account could not reach elsewhere; create it if there is none."""
    base = Path("/var/lib") if os.access("/var/lib", os.W_OK) else Path("/var/tmp")  # noqa: S108 - ownership is checked
    root = base / _PRIVATE_NAME
    _make_dir(root, _PASS_THROUGH)
    if root.is_symlink() or root.stat().st_uid != os.geteuid():
        raise DataDirNotUsable(f"{root} belongs to another user and cannot be trusted; remove it.")
    return root


def write_private(path: Path, text: str, account: Account | None = None) -> None:
    """Replace a file atomically, even across a power cut, by one of mode 0600 that belongs to us or to the account."""
    aside = path.with_name(path.name + ".new")
    aside.unlink(missing_ok=True)
    # Created with its mode: even for a moment, others must not be able to read a password.
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - a descriptor
        # By descriptor: in a directory that the account may write, the name may point elsewhere by now.
        if account and not account.is_ours:
            os.fchown(file.fileno(), account.uid, account.gid)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _make_servers_dir(servers: Path, account: Account) -> None:
    if can_reach(account, servers.parent):
        _make_dir(servers, 0o700 if account.is_ours else _PASS_THROUGH)
        return
    elsewhere = private_root() / secrets.token_hex(8)
    _make_dir(elsewhere, _PASS_THROUGH)
    try:
        servers.symlink_to(elsewhere)
    except FileExistsError:  # another process was faster; its link is used
        elsewhere.rmdir()


def _make_dir(path: Path, mode: int) -> None:
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return
    path.chmod(mode)  # mkdir applies the umask
