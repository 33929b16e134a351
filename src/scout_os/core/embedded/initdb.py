"""Create the files of a new PostgreSQL cluster, all or nothing."""

import secrets
import shutil
import signal
from pathlib import Path

import structlog

from scout_os.core.embedded.account import give
from scout_os.core.embedded.binaries import Binary
from scout_os.core.embedded.credentials import OWNER
from scout_os.core.embedded.files import write_private
from scout_os.core.embedded.process import spawn
from scout_os.core.embedded.server import Setup

log = structlog.get_logger(__name__)


def ensure_cluster(data: Path, binary: Binary, setup: Setup, log: Path) -> None:
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
    process = spawn([binary.path.with_name("initdb"), *options], setup.account, log, death_signal)
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
