"""Open streams: `python -m benchmarks.streams [--streams 2000] [--seconds 120] [--rate 50]`.

Prints how long after an award its learner's own stream shows it, what a stream holds in memory, and what a submission costs
beside open streams. What the streams themselves cost is measured with the same awards made by another process, and taken off.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import uvloop

from benchmarks.accounting import held_memory
from benchmarks.installation import Installation, installed
from benchmarks.learners import Learners, add_learners
from benchmarks.neighbours import telling_usage
from benchmarks.open_files import allow_many_connections
from benchmarks.sql import query
from benchmarks.stream_client import StreamReader, Submitter, award_steadily, open_sleeper, open_stream
from scout_os.settings import Settings
from scout_os.wiring import secret_key
from tests.process import ServeProcess

CROWD = 20_000
SLEEPERS = 100
IDLE_SECONDS = 10.0
CLIMBERS = 100
"""So many learners are far ahead of the crowd: what they earn changes the page, which goes to every stream."""
CLIMBERS_TURN = 10
"""Each tenth award is one of theirs."""
_AHEAD = "UPDATE users SET total_xp = 100000 + id % 7 WHERE id = ANY ($1::bigint[])"
AT_ONCE = 50
"""Streams that are opened at the same time."""
MOST_SECONDS = 2.0
MOST_BYTES = 64 * 1024
MOST_RATIO = 1.3
Address = tuple[str, int]


class Campaign:
    """The phases, one after the other, on one installation."""

    def __init__(self, installation: Installation, learners: Learners, options: argparse.Namespace) -> None:
        self._installation = installation
        self._learners = learners
        self._options = options
        self._taken = 0
        self._rows: list[tuple[str, str, str]] = []

    async def run(self) -> bool:
        """Measure and print; whether all that is promised held."""
        here = _address(self._installation.url)
        phase = self._options.seconds + MOST_SECONDS
        idle = await self._cpu_of(asyncio.sleep(IDLE_SECONDS)) / IDLE_SECONDS * phase
        alone = await self._cpu_of(self._award(here)) - idle
        before = held_memory(self._installation.accounts.serve)
        readers = await self._open(here)
        with ExitStack() as stack:
            tokens = self._learners.tokens[self._options.streams :]
            for token in tokens:
                stack.callback(open_sleeper(*here, token).close)
            beside = await self._cpu_of(self._award(here, readers))
            own = sorted(delay for reader in readers for delay in reader.delays)
            missing = sum(reader.missing for reader in readers)
            memory = (held_memory(self._installation.accounts.serve) - before) / len(readers)
            events = sum(reader.events for reader in readers)
            with self._other_process() as there:
                streams_only = await self._cpu_of(self._award(there, readers))
        elsewhere = sorted(delay for reader in readers for delay in reader.delays)
        dropped = await self._dropped(here)
        awards = self._options.seconds * self._options.rate
        ratio = (beside - streams_only) / alone
        self._say("streams open", f"{len(readers)}", "")
        self._say("award → own stream, p50", f"{_quantile(own, 0.5):.2f} s", "")
        self._say("award → own stream, p99", f"{_quantile(own, 0.99):.2f} s", f"≤ {MOST_SECONDS:.0f} s")
        self._say("the same, both processes", f"{_quantile(elsewhere, 0.99):.2f} s", f"≤ {MOST_SECONDS:.0f} s")
        self._say("awards not shown", f"{missing}", "0")
        self._say("events a stream and second", f"{events / len(readers) / self._options.seconds:.2f}", "≤ 4")
        self._say("memory of a stream", f"{memory / 1024:.1f} KiB", "≤ 64 KiB")
        self._say("CPU of an event", f"{(streams_only - idle) / max(1, events) * 1e6:.0f} µs", "")
        self._say("CPU of a submission, no stream open", f"{alone / awards * 1e3:.2f} ms", "")
        self._say("the same beside the streams, without theirs", f"{ratio:.2f} x", f"≤ {MOST_RATIO} x")
        self._say("CPU of the process beside the streams", f"{beside / self._options.seconds:.0%} of a core", "")
        self._say("readers that do not read: cut off", f"{dropped} of {len(tokens)}", "all")
        self._say("other streams closed meanwhile", f"{sum(reader.closed for reader in readers)}", "0")
        for row in self._rows:
            print("{:46}{:>16}  {}".format(*row))
        return (
            not missing
            and _quantile(elsewhere, 0.99) <= MOST_SECONDS
            and memory <= MOST_BYTES
            and ratio <= MOST_RATIO
            and dropped == len(tokens)
            and not any(reader.closed for reader in readers)
        )

    async def _award(self, address: Address, readers: Sequence[StreamReader] = ()) -> None:
        learners, count = self._learners, round(self._options.seconds * self._options.rate)
        numbers = range(self._taken, self._taken + count)
        self._taken += count
        attempts = []
        for number in numbers:
            if number % CLIMBERS_TURN == 0:
                turn, who = divmod(number // CLIMBERS_TURN, CLIMBERS)
            else:
                turn, who = divmod(number, self._options.streams - CLIMBERS)
                who += CLIMBERS
            attempts.append((who, learners.tokens[who], learners.bodies[turn]))
        submitter = Submitter(*address)
        await award_steadily(submitter, attempts, self._options.rate, readers)
        await asyncio.sleep(MOST_SECONDS)
        submitter.close()

    async def _open(self, address: Address) -> list[StreamReader]:
        tokens = self._learners.tokens[: self._options.streams]
        readers: list[StreamReader] = []
        for start in range(0, len(tokens), AT_ONCE):
            readers += await asyncio.gather(
                *(open_stream(*address, token) for token in tokens[start : start + AT_ONCE])
            )
        deadline = time.monotonic() + 30
        while not all(reader.events for reader in readers):
            if time.monotonic() > deadline:
                raise RuntimeError("not every stream has its first event")
            await asyncio.sleep(0.1)
        return readers

    async def _cpu_of(self, work: Awaitable[object]) -> float:
        """CPU seconds of the service while `work` is done."""
        before = self._installation.accounts.read()
        await work
        return (self._installation.accounts.read() - before).service

    async def _dropped(self, address: Address) -> int:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        text = (await reader.read(-1)).decode()
        writer.close()
        return int(float(text.split("\nscout_streams_dropped_total ")[1].split("\n")[0]))

    def _other_process(self) -> _Other:
        return _Other(self._installation)

    def _say(self, what: str, value: str, bound: str) -> None:
        self._rows.append((what, value, bound))


class _Other:
    """Another serving process on the same stores, for a block."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._stack = ExitStack()

    def __enter__(self) -> Address:
        stores = self._installation.stores
        key = secret_key(Settings.model_validate({"data_dir": self._installation.data_dir}))
        environment = {
            "SCOUT_DATABASE_URL": stores.database_url,
            "SCOUT_DATABASE_OWNER_URL": stores.owner_database_url,
            "SCOUT_REDIS_URL": stores.redis_url,
            "SCOUT_SECRET_KEY": key.decode(),
            "SCOUT_LOG_LEVEL": "ERROR",
        }
        directory = Path(self._stack.enter_context(TemporaryDirectory(prefix="scout-os-bench-")))
        process = ServeProcess(directory / "data", env=environment)
        self._stack.callback(process.stop)
        return _address(process.wait_ready().api_url)

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _address(url: str) -> Address:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.streams", description=__doc__)
    parser.add_argument("--streams", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=120.0, help="of each of the three phases with awards")
    parser.add_argument("--rate", type=float, default=50.0, help="awards a second")
    options = parser.parse_args()
    allow_many_connections()
    with telling_usage(), installed() as installation:
        installation.populate(CROWD)
        learners = add_learners(installation.stores, installation.data_dir, options.streams + SLEEPERS)
        query(installation.stores, _AHEAD, learners.ids[:CLIMBERS])
        installation.rebuild(learners.admin)
        installation.wait_for_source(learners.admin, "redis")
        held = uvloop.run(Campaign(installation, learners, options).run())
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
