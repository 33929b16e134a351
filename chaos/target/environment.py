"""Where a test or an attack starts from: a clean environment, one secret for all processes and tokens, and how to wait."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from pydantic import SecretStr

from scout_os.core.access_tokens import Tokens
from scout_os.core.clock import SystemClock
from scout_os.settings import Settings

COMMAND = Path(sys.executable).with_name("scout-os")
SECRET = "a secret for tests only, long enough for HS256"


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This environment without the service's settings, plus `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCOUT_")}
    return {**kept, **(extra or {})}


def settings_for(data_dir: Path, **changes: Any) -> Settings:
    """Settings that no variable of the environment can change; without the learner's app."""
    values: dict[str, Any] = {
        "secret_key": SecretStr(SECRET),
        "data_dir": data_dir,
        "log_level": "WARNING",
        "web_app": "off",
    }
    return Settings.model_validate({**values, **changes})


def token(user_id: int, *, minutes_ago: float = 0) -> str:
    """A valid token for `user_id`, as a service with `SECRET` signed it then."""
    defaults = settings_for(Path())
    return Tokens(
        key=SECRET.encode(),
        issuer=defaults.token_issuer,
        audience=defaults.token_audience,
        lifetime=timedelta(days=defaults.token_days),
        clock=_Past(minutes_ago),
    ).issue(user_id)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


async def until(holds: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
    """Wait until `holds`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not await holds():
        assert time.monotonic() < deadline, f"not so within {seconds} s"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def beside(*jobs: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run `jobs` for the block; raises what one of them raised."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for done in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(done, Exception):
                raise done


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection to PostgreSQL for the block."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        yield connection
    finally:
        await connection.close()


async def execute(url: str, statement: str) -> None:
    async with connected(url) as connection:
        await connection.execute(statement)


class _Past(SystemClock):
    def __init__(self, minutes: float) -> None:
        self._late = timedelta(minutes=minutes)

    def now(self) -> datetime:
        return super().now() - self._late
