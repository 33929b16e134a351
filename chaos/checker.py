"""The judge: reads the history, PostgreSQL, Redis and the API, imports nothing of the service, and prints what is broken.

    python -m chaos.checker final --database URL --redis URL [--api URL] [--population FILE] [--history FILE …]
    python -m chaos.checker watch --database URL --redis URL --seconds N

`watch` checks what must hold
at every moment, while all else goes on, and ends early, with its verdict, on SIGTERM. `--data-dir` asks `scout-os urls`
for the addresses. Exit code 0: nothing found. 1: violations, one a line. 2: could not look.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from chaos import check_board, check_more, check_truth
from chaos.check_board import AWAY, Connection
from chaos.check_history import Violation, check_history
from chaos.history import Operation, operations, read

WATCH_PAUSE_SECONDS = 0.2
SETTLE_SECONDS = 5.0


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
    connection = await check_truth.connect(database)
    cache = Redis.from_url(redis, decode_responses=True, socket_timeout=10)
    try:
        found = await _at_rest(connection, cache, settle) if board else []
        found += await check_truth.check_always(connection)
        found += check_history(past, await check_truth.read_ledger(connection))
        found += await check_more.check_more(connection, past)
        if api is not None:
            found += await check_board.check_api(connection, api, tokens or {})
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
    cache = Redis.from_url(redis, decode_responses=True, socket_timeout=2)
    connection: Connection | None = None
    while time.monotonic() < ends and not stop.is_set():
        try:
            connection = connection or await check_truth.connect(database)
            for violation in await check_truth.check_always(connection):
                found[str(violation)] = violation
            looks += 1
            with suppress(RedisError, OSError):
                for violation in await check_board.check_not_ahead(connection, cache):
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
    healed = await check_board.heal_seconds(connection, cache, settle)
    found = [] if healed is not None else [Violation("L1", f"the board is not PostgreSQL's after {settle} s of rest")]
    found += await check_truth.check_rest(connection)
    found += await check_board.check_members(connection, cache)
    found += await check_board.check_ranks(connection, cache)
    found += await check_board.check_keys(cache)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m chaos.checker", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("final", "watch"))
    parser.add_argument("--data-dir", type=Path, help="ask `scout-os urls` of this instance")
    parser.add_argument("--database", help="PostgreSQL, as a role that may read everything")
    parser.add_argument("--redis")
    parser.add_argument("--api", help="http://host:port")
    parser.add_argument("--population", type=Path, help="learners and tokens, as the load reads them")
    parser.add_argument("--history", type=Path, nargs="*", default=[])
    parser.add_argument("--settle", type=float, default=SETTLE_SECONDS)
    parser.add_argument("--seconds", type=float, default=10.0)
    return parser


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


if __name__ == "__main__":
    raise SystemExit(main())
