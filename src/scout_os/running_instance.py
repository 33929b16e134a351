"""The running instance of a data directory: who holds it, and where its API and stores are reached."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from scout_os.core.store_urls import StoreUrls

LOCK_FILE = "instance.lock"
ADDRESS_FILE = "instance.json"


class AlreadyRunning(Exception):
    """Another `scout-os serve` holds the data directory."""


class NotRunning(Exception):
    """No `scout-os serve` runs on the data directory."""


@dataclass(frozen=True, slots=True)
class Instance:
    """What a running `scout-os serve` tells about itself."""

    run_id: str
    pid: int
    api_url: str
    stores: StoreUrls


@contextmanager
def hold(data_dir: Path) -> Iterator[None]:
    """Be the one instance of `data_dir` for the block; raises `AlreadyRunning`. The kernel lets go if we are killed."""
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / LOCK_FILE).touch(mode=0o600)  # nobody else may take it from us
    with (data_dir / LOCK_FILE).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"another scout-os serve runs on {data_dir}") from None
        forget(data_dir)
        try:
            yield
        finally:
            forget(data_dir)


def announce(data_dir: Path, instance: Instance) -> None:
    """Write down where `instance` is reached, for its owner's eyes only."""
    aside = data_dir / f".{ADDRESS_FILE}.{secrets.token_hex(4)}"
    aside.touch(mode=0o600)
    aside.write_text(json.dumps(asdict(instance)))
    aside.rename(data_dir / ADDRESS_FILE)


def forget(data_dir: Path) -> None:
    (data_dir / ADDRESS_FILE).unlink(missing_ok=True)


def read(data_dir: Path) -> Instance | None:
    """What was announced last in `data_dir`; None if nothing is."""
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


def new_run_id() -> str:
    """Tells one run from an earlier one of the same data directory."""
    return f"{os.getpid()}-{secrets.token_hex(6)}"


def _is_held(data_dir: Path) -> bool:
    try:
        with (data_dir / LOCK_FILE).open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
