"""Data directories, and owners of them in processes of their own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import scout_os
from scout_os.core.embedded.embedded_servers import discard
from scout_os.core.store_urls import StoreUrls
from tests.core.embedded import owner_process

# A started owner and the addresses it printed.
Owner = tuple[subprocess.Popen[str], StoreUrls]
StartOwner = Callable[..., Owner]


@contextmanager
def new_data_dir() -> Iterator[Path]:
    """A new directory that every account reaches; pytest's own are closed to the account root's servers run as."""
    path = Path(tempfile.mkdtemp(prefix="scout-embedded-"))
    path.chmod(0o755)
    yield path
    discard(path)
    shutil.rmtree(path, ignore_errors=True)
    path.with_name(path.name + ".helper.py").unlink(missing_ok=True)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with new_data_dir() as path:
        yield path


@pytest.fixture
def start_owner() -> Iterator[StartOwner]:
    """Starts owner_process.py with the given arguments; every owner has ended after the test."""
    owners: list[subprocess.Popen[str]] = []

    def start(data_dir: Path, *options: str) -> Owner:
        owner = subprocess.Popen(
            [sys.executable, owner_process.__file__, str(data_dir), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(Path(scout_os.__file__).parents[1])},
        )
        owners.append(owner)
        assert owner.stdout
        return owner, StoreUrls(**json.loads(owner.stdout.readline()))

    yield start
    for owner in owners:
        try:
            owner.communicate(timeout=30)  # the end of its input asks it to stop its servers
        except subprocess.TimeoutExpired:
            owner.kill()
