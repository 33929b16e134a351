"""Rebuilds without a pause on two hosts, under submissions at a fixed rate, and readers who believe no answer.

A read is right if its page is whole, in order and begins with the learners who stand still, if its ranks count right, if
nobody's XP is lower than acknowledged or higher than sent, and if its asker sees every XP acknowledged before the question.
At the end the judge looks at everything.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from chaos.campaigns.report import chosen_as, quantile, tell
from chaos.check.history import Recorder
from chaos.check.judge import check_everything
from chaos.load.climbers import Climbers
from chaos.load.crowd import Crowd, make_crowd
from chaos.load.raw_http import RawClient
from chaos.load.readers import Readers
from chaos.target.hosts import environment_for, forks
from chaos.target.stage import own_stores
from scout_os.core.store_urls import StoreUrls

HOSTS = 2
CROWD = 20_000
REBUILD_SECONDS = 60.0
READS = 100_000


@dataclass
class Outcome:
    climbers: Climbers
    readers: Readers
    rebuilds: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)


async def campaign(
    stores: StoreUrls, directory: Path, *, seconds: float, rate: float, readers: int, seed: int, crowd: int = CROWD
) -> Outcome:
    """Run one on stores that hold the content already."""
    learners = await make_crowd(stores, crowd=crowd, submissions=rate * seconds, seed=seed)
    recorder = Recorder(directory / f"rebuilds-{seed}.jsonl")
    with forks(directory) as fork:
        started = await fork.start_ready(environment_for(stores), HOSTS)
        hosts = [RawClient(host.url) for host in started]
        outcome = Outcome(*learners.at_work(hosts, recorder))
        await _rebuild(hosts[0], learners, outcome)  # the board of those who were there before
        began = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(outcome.climbers.run(rate, seconds))
            for client in hosts:
                tasks.create_task(_rebuilds(client, learners, outcome, began + seconds))
            for _ in range(readers):
                tasks.create_task(outcome.readers.run(began + seconds))
        outcome.seconds = time.monotonic() - began
        recorder.close()
        outcome.violations += outcome.readers.violations + outcome.climbers.violations
        outcome.violations += await check_everything(
            stores.reader_database_url,
            stores.redis_url,
            api=started[0].url,
            tokens=learners.askers.tokens,
            history=recorder.path,
        )
        for client in hosts:
            client.close()
    return outcome


async def _rebuilds(host: RawClient, crowd: Crowd, outcome: Outcome, ends: float) -> None:
    """One rebuild after the other on one host; those of the other host take turns with them."""
    while time.monotonic() < ends:
        await _rebuild(host, crowd, outcome)


async def _rebuild(host: RawClient, crowd: Crowd, outcome: Outcome) -> None:
    least, _ = crowd.standings.members(time.monotonic())
    try:
        status, body = await host.post("/leaderboard/rebuild", crowd.admin.token, seconds=REBUILD_SECONDS)
    except (OSError, TimeoutError) as error:
        outcome.rebuilds[type(error).__name__] += 1
        return
    outcome.rebuilds[str(status)] += 1
    if status == 500:
        outcome.violations.append("a rebuild was answered 500")
    if status != 200:
        return
    told = json.loads(body)["data"]["users_count"]
    _, most = crowd.standings.members(time.monotonic())
    if not least <= told <= most:
        outcome.violations.append(f"a rebuild brought {told} learners, between {least} and {most} is right")


def report(outcome: Outcome) -> dict[str, Any]:
    readers, climbers = outcome.readers, outcome.climbers
    return {
        "seconds": round(outcome.seconds, 1),
        "reads": readers.reads,
        "reads_by_kind": dict(readers.kinds),
        "reads_by_source": dict(readers.sources),
        "reads_refused": dict(readers.refused),
        "reads_wrong": readers.wrong,
        "read_seconds_max": round(readers.slowest, 3),
        "submissions_acknowledged": climbers.acknowledged,
        "submissions_a_second": round(climbers.acknowledged / max(outcome.seconds, 1e-9), 1),
        "submissions_by_status": dict(climbers.answers),
        "submit_seconds_median": round(quantile(climbers.times, 0.5), 4),
        "submit_seconds_p99": round(quantile(climbers.times, 0.99), 4),
        "rebuilds_done": outcome.rebuilds["200"],
        "rebuilds_by_status": dict(outcome.rebuilds),
        "upper_95_bound_of_a_wrong_read": round(3 / max(1, readers.reads), 7),
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--rate", type=float, default=200, help="submissions a second")
    parser.add_argument("--readers", type=int, default=8, help="each asks again as soon as it is answered")
    parser.add_argument("--learners", type=int, default=CROWD, help="the crowd beside those who submit")
    parser.add_argument("--seed", type=int, help="of learners and readers; default: a random one, printed first")


def run(chosen: argparse.Namespace) -> int:
    asked = chosen_as(chosen, "seconds", "rate", "readers", "seed")
    with tempfile.TemporaryDirectory(prefix="scout-rebuilds-") as name, own_stores(Path(name) / "data") as stores:
        outcome = uvloop.run(campaign(stores, Path(name), crowd=chosen.learners, **asked))
    if outcome.readers.reads < READS and chosen.seconds >= 300:
        sys.stdout.write(f"fewer than {READS} reads: run it longer, or with more readers\n")
    is_played = outcome.rebuilds["200"] > 0 and outcome.readers.reads > 0
    return tell(chosen, report(outcome), outcome.violations, good=is_played)
