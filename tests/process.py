"""`scout-os serve` as a process, with its embedded servers, as a stranger runs it."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaos.target.environment import COMMAND
from chaos.target.environment import clean_environment as clean_environment
from tests.service import wait_until_ready

START_SECONDS = 60


@dataclass(frozen=True)
class Urls:
    """What `scout-os urls` prints."""

    api_url: str
    database_url: str
    redis_url: str


class ServeProcess:
    """One run of `scout-os serve --port 0` on a data directory."""

    def __init__(self, data_dir: Path, *options: str, env: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self._log = (data_dir.parent / f"{data_dir.name}.log").open("ab")
        self._process = subprocess.Popen(
            [
                str(COMMAND),
                "serve",
                "--port",
                "0",
                "--data-dir",
                str(data_dir),
                *options,
            ],
            stdout=self._log,
            stderr=self._log,
            env=clean_environment(env),
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_ready(self) -> Urls:
        """Wait until the service is ready, and tell where it is."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            assert self._process.poll() is None, f"serve ended:\n{self.log()}"
            announced = (self.data_dir / "instance.json").exists()  # maybe by a killed run; only the command knows
            asked = scout_os("urls", data_dir=self.data_dir) if announced else None
            if asked is not None and asked.returncode == 0:
                urls = Urls(**json.loads(asked.stdout))
                wait_until_ready(urls.api_url, START_SECONDS)
                return urls
            assert time.monotonic() < deadline, f"serve did not start:\n{self.log()}"
            time.sleep(0.05)

    def kill(self) -> None:
        """kill -9 of the serving process; what it started dies with it."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self, seconds: float = 30) -> int:
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    def log(self) -> str:
        return Path(self._log.name).read_text(errors="replace")[-4000:]


def scout_os(*arguments: str, data_dir: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run another command of `scout-os` to its end."""
    return subprocess.run(
        [str(COMMAND), *arguments, "--data-dir", str(data_dir)],
        capture_output=True,
        text=True,
        env=clean_environment(options.pop("env", None)),
        timeout=120,
        check=False,
        **options,
    )
