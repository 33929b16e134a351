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
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chaos.check import board as boards
from chaos.check import promises, truth
from chaos.check.board import AWAY, Connection
from chaos.check.history import Operation, operations, read
from chaos.check.invariants import Violation
from chaos.check.told import check_history

WATCH_PAUSE_SECONDS = 0.2
SETTLE_SECONDS = 5.0
WATCHING = "watching\n"
"""What `watch` prints when it begins to look."""


async def check_everything(
    *,
    database: str,
    redis: str,
    api: str | None = None,
    tokens: dict[int, str] | None = None,
    histories: Iterable[Path] = (),
    settle: float = SETTLE_SECONDS,
    board: bool = True,
) -> list[Violation]:
    """All violations at rest. `board=False` leaves Redis out, for installations whose Redis is gone."""
    past: list[Operation] = []
    for path in histories:
        past += operations(read(path))
    connection = await truth.connect(database)
    cache = Redis.from_url(redis, decode_responses=True, socket_timeout=10)
    try:
        found = await _at_rest(connection, cache, settle) if board else []
        found += await truth.check_always(connection)
        found += check_history(past, await truth.read_ledger(connection))
        found += await promises.check_more(connection, past)
        if api is not None:
            found += await boards.check_api(connection, api, tokens or {})
    finally:
        await connection.close()
        await cache.aclose()
    return found


async def watch(*, database: str, redis: str, seconds: float) -> tuple[list[Violation], int]:
    """What must hold at every moment (I1–I4, I7, I9), looked at again and again; and how many looks there were."""
    found: dict[str, Violation] = {}
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
            for violation in await truth.check_always(connection):
                found[str(violation)] = violation
            looks += 1
            with suppress(RedisError, OSError):
                for violation in await boards.check_not_ahead(connection, cache):
                    found[str(violation)] = violation
        except (OSError, TimeoutError, *AWAY):
            if connection is not None:
                connection.terminate()
            connection = None
        await asyncio.sleep(WATCH_PAUSE_SECONDS)
    if connection is not None:
        await connection.close()
    await cache.aclose()
    return list(found.values()), looks


async def _at_rest(connection: Connection, cache: Redis, settle: float) -> list[Violation]:
    healed = await boards.heal_seconds(connection, cache, settle)
    found = [] if healed is not None else [Violation("L1", f"the board is not PostgreSQL's after {settle} s of rest")]
    found += await truth.check_rest(connection)
    found += await boards.check_members(connection, cache)
    found += await boards.check_ranks(connection, cache)
    found += await boards.check_keys(cache)
    return found


class Judge:
    """The judge in processes of its own, for one pair of stores."""

    def __init__(self, database: str, redis: str) -> None:
        self._stores = ("--database", database, "--redis", redis)

    async def watch(self, seconds: float) -> asyncio.subprocess.Process:
        """Look at what must always hold, until ended by SIGTERM and for `seconds` at most; returns when it looks."""
        watcher = await self._start("watch", "--seconds", str(seconds))
        assert watcher.stdout is not None
        assert await watcher.stdout.readline() == WATCHING.encode(), "the judge did not begin to look"
        return watcher

    async def final(
        self, *, api: str | None = None, population: Path | None = None, history: Path | None = None
    ) -> list[str]:
        """All violations at rest."""
        asked = {"--api": api, "--population": population, "--history": history}
        given = [word for name, value in asked.items() if value is not None for word in (name, str(value))]
        return await verdict_of(await self._start("final", *given))

    async def _start(self, *arguments: str) -> asyncio.subprocess.Process:
        command = (sys.executable, "-m", "chaos", "check", *arguments, *self._stores)
        return await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)


async def verdict_of(checker: asyncio.subprocess.Process) -> list[str]:
    said, _ = await checker.communicate()
    found = said.decode().splitlines()
    if checker.returncode != (1 if found else 0):  # also one that broke: Python's own code for that is 1
        found.append(f"the checker ended with code {checker.returncode}")
    return found


def run(chosen: argparse.Namespace) -> int:
    try:
        addresses = _addresses(chosen)
        if chosen.what == "watch":
            found, looks = asyncio.run(
                watch(database=addresses["database_url"], redis=addresses["redis_url"], seconds=chosen.seconds)
            )
            sys.stderr.write(f"{looks} looks\n")
        else:
            found = asyncio.run(
                check_everything(
                    database=addresses["database_url"],
                    redis=addresses["redis_url"],
                    api=addresses.get("api_url"),
                    tokens=_tokens(chosen.population),
                    histories=chosen.history,
                    settle=chosen.settle,
                )
            )
    except (OSError, RedisError, ValueError, *AWAY) as error:
        sys.stderr.write(f"cannot look: {type(error).__name__}: {error}\n")
        return 2
    for violation in found:
        sys.stdout.write(f"{violation}\n")
    return 1 if found else 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("final", "watch"))
    parser.add_argument("--data-dir", type=Path, help="ask `scout-os urls` of this instance")
    parser.add_argument("--database", help="PostgreSQL, as a role that may read everything")
    parser.add_argument("--redis")
    parser.add_argument("--api", help="http://host:port")
    parser.add_argument("--population", type=Path, help="learners and tokens, as the load reads them")
    parser.add_argument("--history", type=Path, nargs="*", default=[])
    parser.add_argument("--settle", type=float, default=SETTLE_SECONDS)
    parser.add_argument("--seconds", type=float, default=10.0)


def _addresses(chosen: argparse.Namespace) -> dict[str, str]:
    known: dict[str, str] = {}
    if chosen.data_dir is not None:
        command = [str(Path(sys.executable).with_name("scout-os")), "urls", "--data-dir", str(chosen.data_dir)]
        known = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=30).stdout)
    for name in ("database", "redis", "api"):
        if given := getattr(chosen, name):
            known[f"{name}_url"] = given
    if not {"database_url", "redis_url"} <= known.keys():
        raise ValueError("--database and --redis, or --data-dir, are needed")
    return known


def _tokens(population: Path | None) -> dict[int, str]:
    if population is None:
        return {}
    return {learner["id"]: learner["token"] for learner in json.loads(population.read_text())["learners"]}
