"""The running instance of a data directory: its lock, and the URLs of its API and stores."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from scout_os.core.embedded.files import write_private
from scout_os.core.embedded.lock import try_lock
from scout_os.core.store_urls import StoreUrls

LOCK_FILE = "instance.lock"
ADDRESS_FILE = "instance.json"


class AlreadyRunning(Exception):
    """Another `scout-os serve` holds the data directory."""


class NotRunning(Exception):
    """No `scout-os serve` runs on the data directory."""


@dataclass(frozen=True, slots=True)
class Instance:
    run_id: str
    """Identifies this run among all runs on the data directory."""
    pid: int
    api_url: str
    stores: StoreUrls


@contextmanager
def hold(data_dir: Path) -> Iterator[None]:
    """Lock `data_dir` for the block; raises `AlreadyRunning`. If this process is killed, the kernel unlocks it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / LOCK_FILE).touch(mode=0o600)  # no other account may lock it
    with (data_dir / LOCK_FILE).open("a") as lock:
        if not try_lock(lock.fileno()):
            raise AlreadyRunning(f"another scout-os serve runs on {data_dir}")
        (data_dir / ADDRESS_FILE).unlink(missing_ok=True)
        try:
            yield
        finally:
            (data_dir / ADDRESS_FILE).unlink(missing_ok=True)


def announce(data_dir: Path, instance: Instance) -> None:
    """Write the URLs of `instance` to a file that only its owner can read."""
    write_private(data_dir / ADDRESS_FILE, json.dumps(asdict(instance)))


def read(data_dir: Path) -> Instance | None:
    """The instance that was announced in `data_dir`; None if there is none."""
    try:
        known = json.loads((data_dir / ADDRESS_FILE).read_text())
    except FileNotFoundError:
        return None
    return Instance(**{**known, "stores": StoreUrls(**known["stores"])})


def find_running(data_dir: Path) -> Instance:
    """The live instance of `data_dir`; raises `NotRunning`."""
    instance = read(data_dir)
    if instance is None or not _is_held(data_dir):
        raise NotRunning(f"no scout-os serve is running on {data_dir}")
    return instance


def _is_held(data_dir: Path) -> bool:
    try:
        with (data_dir / LOCK_FILE).open("r") as lock:
            return not try_lock(lock.fileno(), fcntl.LOCK_SH)
    except FileNotFoundError:
        return False
