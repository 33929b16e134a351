"""Serve from this checkout, and replace the workers after each edit in `src/scout_os` or `web`: `make dev`.

The embedded servers and the data directory stay. An edit that does not import leaves the old workers serving.
The parent process is not replaced: start again after an edit in `cli/`, `core/embedded/` or `migrations/`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from uvicorn.supervisors import Multiprocess

import scout_os
from scout_os.cli.options import DEFAULT_DATA_DIR
from scout_os.cli.serve import run
from scout_os.cli.services import load_settings
from scout_os.running_instance import AlreadyRunning
from scout_os.web_app import LAST_WRITTEN

SOURCE = Path(scout_os.__file__).parent
WEB = SOURCE.parents[1] / "web"
VITE = WEB / "node_modules" / "vite" / "bin" / "vite.js"
WATCHED = {".lua", ".py"}
START_SECONDS = 60
"""A worker may take so long to start, on a busy machine, before its edit counts as one that does not import."""


class Reloading(Multiprocess):
    """Starts a worker with the edited source, then ends the old one, one worker after the other."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        config.timeout_worker_healthcheck = START_SECONDS
        super().__init__(config, sockets)
        self._served = _look()
        self._built = _last_build()

    def keep_subprocess_alive(self) -> None:
        """As uvicorn does twice a second, and reload when a file has changed."""
        now, built = _look(), _last_build() or self._built
        if (now, built) != (self._served, self._built):
            self._served, self._built = now, built
            self.restart_all()
        super().keep_subprocess_alive()


def _look() -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in SOURCE.rglob("*") if path.suffix in WATCHED and path.exists()}


def _last_build() -> int | None:
    """When the app was last built; None while it is being built."""
    written = WEB / "dist" / LAST_WRITTEN
    return written.stat().st_mtime_ns if written.exists() else None


@contextmanager
def building() -> Iterator[None]:
    """Build the app after each edit in `web`, for the block."""
    if not VITE.exists():
        yield
        return
    node = Path(sys.executable).with_name("node")
    command: list[str | Path] = [node, VITE, "build", "--watch", "--logLevel", "warn"]
    with subprocess.Popen(command, cwd=WEB) as vite:  # noqa: S603 - our own command
        try:
            yield
        finally:
            vite.terminate()


if __name__ == "__main__":
    try:
        with building():
            run(
                load_settings(Path(os.environ.get("SCOUT_DATA_DIR", DEFAULT_DATA_DIR))),
                workers=2,
                process_manager=Reloading,
            )
    except AlreadyRunning as error:
        sys.exit(f"make dev: {error}")
