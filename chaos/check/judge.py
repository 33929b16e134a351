"""The judge: reads the history, PostgreSQL, Redis and the API, imports nothing of the service, and prints what is broken.

`final` checks everything at rest. `watch` checks what must hold at every moment, while all else goes on, and ends early,
with its verdict, on SIGTERM. `--data-dir` asks `scout-os urls` for the addresses.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chaos.check import board as boards
from chaos.check import promises, truth
from chaos.check.board import AWAY, Connection
from chaos.check.history import operations, read
from chaos.check.invariants import Violation
from chaos.check.told import check_history

WATCH_PAUSE_SECONDS = 0.2
SETTLE_SECONDS = 5.0
PAGE_SECONDS = 1.1
"""A host that has just lost Redis shows pages of PostgreSQL, which may be a second old."""
WATCHING = "watching\n"
"""What `watch` prints when it begins to look."""


async def check_everything(
    database: str,
    redis: str,
    *,
    api: str | None = None,
    tokens: Mapping[int, str] | None = None,
    history: Path | None = None,
    settle: float = SETTLE_SECONDS,
) -> list[str]:
    """All violations at rest."""
    past = operations(read(history)) if history is not None else []
    connection = await truth.connect(database)
    cache = Redis.from_url(redis, decode_responses=True, socket_timeout=10)
    try:
        healed = await boards.heal_seconds(connection, cache, settle)
        found = (
            [] if healed is not None else [Violation("L1", f"the board is not PostgreSQL's after {settle} s of rest")]
        )
        found += await truth.check_rest(connection)
        found += await boards.check_members(connection, cache)
        found += await boards.check_ranks(connection, cache)
        found += await boards.check_keys(cache)
        found += await truth.check_always(connection)
        found += check_history(past, await truth.read_ledger(connection))
        found += await promises.check_more(connection, past)
        if api is not None:
            await asyncio.sleep(PAGE_SECONDS)
            found += await boards.check_api(connection, api, tokens or {})
    finally:
        await connection.close()
        await cache.aclose()
    return [str(violation) for violation in found]


async def watch(database: str, redis: str, seconds: float) -> tuple[list[str], int]:
    """What must hold at every moment (I1–I4, I7, I9), looked at again and again; and how many looks there were."""
    found: dict[str, None] = {}  # in the order in which they were seen
    looks = 0
    ends = time.monotonic() + seconds
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    sys.stdout.write(WATCHING)
    sys.stdout.flush()
    cache = Redis.from_url(redis, decode_responses=True, socket_timeout=2)
    connection: Connection | None = None
    while time.monotonic() < ends and not stop.is_set():
        try:
            connection = connection or await truth.connect(database)
            found |= {str(violation): None for violation in await truth.check_always(connection)}
            looks += 1
            with suppress(RedisError, OSError):
                found |= {str(violation): None for violation in await boards.check_not_ahead(connection, cache)}
        except (OSError, TimeoutError, *AWAY):
            if connection is not None:
                connection.terminate()
            connection = None
        await asyncio.sleep(WATCH_PAUSE_SECONDS)
    if connection is not None:
        await connection.close()
    await cache.aclose()
    return list(found), looks


@asynccontextmanager
async def watching(database: str, redis: str, *, seconds: float) -> AsyncIterator[list[str]]:
    """`watch` in a process of its own for the block, `seconds` at most; the list holds what it found, after the block."""
    command = (sys.executable, "-m", "chaos", "check", "watch", "--seconds", str(seconds))
    watcher = await asyncio.create_subprocess_exec(
        *command, "--database", database, "--redis", redis, stdout=asyncio.subprocess.PIPE
    )
    assert watcher.stdout is not None
    assert await watcher.stdout.readline() == WATCHING.encode(), "the judge did not begin to look"
    found: list[str] = []
    try:
        yield found
    finally:
        watcher.terminate()
        found += await verdict_of(watcher)


async def verdict_of(checker: asyncio.subprocess.Process) -> list[str]:
    said, _ = await checker.communicate()
    found = said.decode().splitlines()
    if checker.returncode != (1 if found else 0):  # also one that broke: Python's own code for that is 1
        found.append(f"the checker ended with code {checker.returncode}")
    return found


def run(chosen: argparse.Namespace) -> int:
    try:
        database, redis, api = _addresses(chosen)
        if chosen.what == "watch":
            found, looks = asyncio.run(watch(database, redis, chosen.seconds))
            sys.stderr.write(f"{looks} looks\n")
        else:
            history, settle = chosen.history, chosen.settle
            found = asyncio.run(check_everything(database, redis, api=api, history=history, settle=settle))
    except (OSError, RedisError, ValueError, *AWAY) as error:
        sys.stderr.write(f"cannot look: {type(error).__name__}: {error}\n")
        return 2
    sys.stdout.writelines(f"{violation}\n" for violation in found)
    return 1 if found else 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("final", "watch"))
    parser.add_argument("--data-dir", type=Path, help="ask `scout-os urls` of this instance")
    parser.add_argument("--database", help="PostgreSQL, as a role that may read everything")
    parser.add_argument("--redis")
    parser.add_argument("--api", help="http://host:port")
    parser.add_argument("--history", type=Path)
    parser.add_argument("--settle", type=float, default=SETTLE_SECONDS)
    parser.add_argument("--seconds", type=float, default=10.0)


def _addresses(chosen: argparse.Namespace) -> tuple[str, str, str | None]:
    known: dict[str, str] = {}
    if chosen.data_dir is not None:
        command = [str(Path(sys.executable).with_name("scout-os")), "urls", "--data-dir", str(chosen.data_dir)]
        known = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=30).stdout)
    database, redis = chosen.database or known.get("database_url"), chosen.redis or known.get("redis_url")
    if not database or not redis:
        raise ValueError("--database and --redis, or --data-dir, are needed")
    return database, redis, chosen.api or known.get("api_url")
