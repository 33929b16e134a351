"""What a dead Redis costs: the same submissions and reads with Redis healthy, dead, dead, healthy, in one run.

Dead in two ways: gone (connections are refused) and hung (connections are taken and never answered). Compared are the 99th
percentile of submissions, counted from the moment at which each was due; looked at are every answer while all moves, pages
and own ranks against PostgreSQL's rank() at rest, and how many ranking queries each worker asks of PostgreSQL.
Exit code 1 if an answer was wrong, a worker asked more than 2 ranking queries a second, or dead was slower than `--ratio`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any, Literal

import uvloop

from chaos.campaigns.report import chosen_as, quantile, tell
from chaos.check import board, truth
from chaos.check.history import Recorder
from chaos.load.crowd import Crowd, make_crowd
from chaos.load.raw_http import RawClient
from chaos.target.counting import count_ranking_queries, counting_stores
from chaos.target.hosts import Host, environment_for, forks
from chaos.target.valkey import OwnValkey, own_valkey
from scout_os.core.store_urls import StoreUrls

Mode = Literal["healthy", "gone", "hung"]
"""`gone`: connections are refused. `hung`: they are taken, and nothing is answered."""
WAYS: dict[str, list[Mode]] = {
    "gone": ["healthy", "gone", "gone", "healthy"],
    "hung": ["healthy", "hung", "hung", "healthy"],
}
HOSTS = 2
CHANGE_SECONDS = 3.0
"""Under load before anything is counted: breakers notice, caches fill."""
BACK_SECONDS = 60.0
SHARED_SECONDS = 1.2
"""By then the answers that askers share are newer than the last submission."""
MOST_QUERIES = 2.0
RATIO = 1.5


@dataclass
class Phase:
    mode: Mode
    times: list[float]
    sources: dict[str, int]
    pages: float
    histograms: float
    """Ranking queries of one worker in a second."""

    def p99(self) -> float:
        """Seconds within which 99 of 100 submissions were answered."""
        return quantile(self.times, 0.99)


@dataclass
class Outcome:
    phases: list[Phase] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def quantile(self, mode: Mode, share: float) -> float:
        """Of the submissions of all phases of that state together."""
        return quantile([seconds for phase in self.phases if phase.mode == mode for seconds in phase.times], share)

    def ratio(self, mode: Mode) -> float:
        """How much longer the slowest hundredth takes than with a healthy Redis; the median phase of each, because a
        machine that is shared has bad moments in single phases."""
        return self._median_p99(mode) / max(self._median_p99("healthy"), 1e-9)

    def most_queries(self) -> float:
        """Ranking queries of one worker in a second, in the worst phase."""
        return max(phase.pages + phase.histograms for phase in self.phases)

    def _median_p99(self, mode: Mode) -> float:
        return median([phase.p99() for phase in self.phases if phase.mode == mode] or [0.0])


class Campaign:
    def __init__(
        self, stores: StoreUrls, valkey: OwnValkey, hosts: list[Host], crowd: Crowd, recorder: Recorder
    ) -> None:
        self._stores = stores
        self._valkey = valkey
        self._hosts = hosts
        self._clients = [RawClient(host.url) for host in hosts]
        self._tokens = crowd.askers.tokens
        self._climbers, self._readers = crowd.at_work(self._clients, recorder)

    async def run(self, order: Sequence[Mode], *, rate: float, reads: float, seconds: float) -> Outcome:
        """Measure in each state in turn: so many submissions and reads a second, whatever the answers take."""
        outcome = Outcome()
        now: Mode = "healthy"
        await self._until_redis_answers()
        for mode in order:
            await self._change(now, mode)
            now = mode
            await self._load(rate, reads, CHANGE_SECONDS)
            outcome.phases.append(await self._measure(mode, rate, reads, seconds))
            outcome.violations += await self._compare(mode)
        outcome.violations += self._readers.violations + self._climbers.violations
        outcome.refused = dict(self._readers.refused)
        for client in self._clients:
            client.close()
        return outcome

    async def _measure(self, mode: Mode, rate: float, reads: float, seconds: float) -> Phase:
        self._climbers.times.clear()
        self._readers.sources.clear()
        before, began = await count_ranking_queries(self._stores), time.monotonic()
        await self._load(rate, reads, seconds)
        passed = HOSTS * (time.monotonic() - began)
        after = await count_ranking_queries(self._stores)
        pages, histograms = [(b - a) / passed for a, b in zip(before, after, strict=True)]
        return Phase(mode, list(self._climbers.times), dict(self._readers.sources), pages, histograms)

    async def _load(self, rate: float, reads: float, seconds: float) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._climbers.run(rate, seconds))
            began = time.monotonic()
            for number in range(int(reads * seconds)):
                await asyncio.sleep(max(0.0, began + number / reads - time.monotonic()))
                tasks.create_task(self._readers.read())

    async def _compare(self, mode: Mode) -> list[str]:
        """At rest, pages and a sample of own ranks of each host are PostgreSQL's rank(), and come from where they must."""
        await asyncio.sleep(SHARED_SECONDS)
        if mode == "healthy":
            await self._until_redis_answers()
        found = []
        connection = await truth.connect(self._stores.reader_database_url)
        for host, client in zip(self._hosts, self._clients, strict=True):
            wrong = await board.check_api(connection, host.url, self._tokens)
            found += [f"{violation}, at rest, Redis {mode}" for violation in wrong]
            if mode != "healthy" and (source := await _source(client)) != "postgres":
                found.append(f"{source} answers while Redis is {mode}")
        await connection.close()
        return found

    async def _change(self, before: Mode, now: Mode) -> None:
        if before == now:
            return
        if before == "hung":
            self._valkey.thaw()
        elif before == "gone":
            await asyncio.to_thread(self._valkey.start)
        if now == "gone":
            self._valkey.kill()
        elif now == "hung":
            self._valkey.freeze()
        else:
            await self._until_redis_answers()

    async def _until_redis_answers(self) -> None:
        deadline = time.monotonic() + BACK_SECONDS
        while [await _source(client) for client in self._clients] != ["redis"] * HOSTS:
            assert time.monotonic() < deadline, f"Redis did not answer after {BACK_SECONDS} s"
            await asyncio.sleep(0.1)


async def _source(client: RawClient) -> str:
    _, body = await client.get("/leaderboard?limit=1")
    source: str = json.loads(body)["data"]["meta"]["source"]
    return source


async def campaign(
    stores: StoreUrls,
    directory: Path,
    *,
    order: Sequence[Mode],
    learners: int,
    rate: float,
    reads: float,
    seconds: float,
    seed: int,
) -> Outcome:
    """Run one on `counting_stores`, with a Valkey of its own."""
    submissions = len(order) * rate * (seconds + CHANGE_SECONDS)
    crowd = await make_crowd(stores, crowd=learners, submissions=submissions, seed=seed)
    recorder = Recorder(directory / f"redis-dead-{seed}.jsonl")
    with own_valkey(directory) as valkey, forks(directory) as fork:
        hosts = await fork.start_ready(environment_for(replace(stores, redis_url=valkey.url)), HOSTS)
        run = Campaign(stores, valkey, hosts, crowd, recorder)
        outcome = await run.run(order, rate=rate, reads=reads, seconds=seconds)
    recorder.close()
    return outcome


def report(outcome: Outcome) -> dict[str, Any]:
    modes = sorted({phase.mode for phase in outcome.phases})
    milliseconds = {
        f"submit_ms_{name}_{mode}": round(1000 * outcome.quantile(mode, share), 1)
        for name, share in (("median", 0.5), ("p99", 0.99))
        for mode in modes
    }
    return {
        "phases": [
            {
                "redis": phase.mode,
                "submissions": len(phase.times),
                "submit_ms_p99": round(1000 * phase.p99(), 1),
                "reads_by_source": phase.sources,
                "page_queries_a_second_per_worker": round(phase.pages, 2),
                "histogram_queries_a_second_per_worker": round(phase.histograms, 2),
            }
            for phase in outcome.phases
        ],
        **milliseconds,
        "ratio_of_p99": {mode: round(outcome.ratio(mode), 2) for mode in modes if mode != "healthy"},
        "reads_refused": outcome.refused,
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--learners", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=60, help="submissions a second")
    parser.add_argument("--reads", type=float, default=40, help="reads a second")
    parser.add_argument("--seconds", type=float, default=10, help="of each phase")
    parser.add_argument("--rounds", type=int, default=4, help="of four phases: many short ones see the same neighbours")
    parser.add_argument("--ways", default=",".join(WAYS), help="gone, hung")
    parser.add_argument("--ratio", type=float, default=RATIO, help="of the 99th percentiles, at most")
    parser.add_argument("--seed", type=int, help="of learners and readers; default: a random one, printed first")


def run(chosen: argparse.Namespace) -> int:
    asked = chosen_as(chosen, "learners", "rate", "reads", "seconds", "seed")
    code = 0
    for way in chosen.ways.split(","):
        with (
            tempfile.TemporaryDirectory(prefix="scout-redis-dead-") as name,
            counting_stores(Path(name) / "data") as stores,
        ):
            outcome = uvloop.run(campaign(stores, Path(name), order=WAYS[way] * chosen.rounds, **asked))
        is_cheap = outcome.most_queries() <= MOST_QUERIES and outcome.ratio(WAYS[way][1]) <= chosen.ratio
        code |= tell(chosen, report(outcome), outcome.violations, good=is_cheap)
    return code
