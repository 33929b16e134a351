"""All short attacks by name: each on one weak place, for planted bugs and for seeing one kind of trouble alone.

Prints a JSON array of the violations.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from functools import partial
from pathlib import Path

import scout_os
from chaos.load.population import Population
from chaos.schedules import awards, leaderboard
from chaos.schedules.scene import Schedule, play
from chaos.target.stage import staged
from scout_os.core.store_urls import StoreUrls

_SLOW_BUILD = "rebuild_begun=sleep:0.1;rebuild_filling=sleep:0.3"  # longer than the pause between two drains
SCHEDULES = {
    "everyday": Schedule(awards.everyday),
    "redis-down": Schedule(awards.redis_down),
    "redis-hung": Schedule(partial(awards.store_away, store="redis", state="half_open", seconds=6.5)),
    "postgres-down": Schedule(partial(awards.store_away, store="postgres", state="down", seconds=2)),
    "postgres-hung": Schedule(partial(awards.store_away, store="postgres", state="half_open", seconds=6.5)),
    "crashes": Schedule(awards.crashes, ("award_before_commit=kill:0.3;award_after_commit=kill:0.1", "")),
    "late-writes": Schedule(leaderboard.late_writes, ("award_after_commit=sleep:1.5", ""), plays_on=(1,)),
    "late-commits": Schedule(
        leaderboard.late_commits, ("award_before_commit=sleep:0.7;award_after_commit=kill", ""), plays_on=(1,)
    ),
    "rebuilds": Schedule(leaderboard.rebuilds, (_SLOW_BUILD, _SLOW_BUILD)),
    "frozen-builder": Schedule(
        leaderboard.frozen_builder, ("rebuild_filling=sleep:0.3", "rebuild_filling=sleep:0.6"), plays_on=(1,)
    ),
    "losses": Schedule(leaderboard.losses),
    "corrections": Schedule(leaderboard.corrections),
    "postgres-goes-back": Schedule(leaderboard.postgres_goes_back, watched=False),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=sorted(SCHEDULES))
    parser.add_argument(
        "--directory", type=Path, required=True, help="has stores.json and population.json; for the history and logs"
    )
    parser.add_argument("--seconds", type=float, default=3.0, help="of learners at work, where it is left open")
    parser.add_argument("--tree", type=Path, help="refuse to run any other code than this tree's")


def run(chosen: argparse.Namespace) -> int:
    if chosen.tree is not None and not Path(scout_os.__file__ or "").is_relative_to(chosen.tree):
        sys.stderr.write(f"this is the code of {scout_os.__file__}\n")
        return 2
    stores = StoreUrls(**json.loads((chosen.directory / "stores.json").read_text()))
    population = Population.load(chosen.directory / "population.json")
    with staged(stores, seed=1) as stage:
        found = asyncio.run(play(SCHEDULES[chosen.name], stage, population, chosen.directory, seconds=chosen.seconds))
    sys.stdout.write(json.dumps(found) + "\n")
    return 1 if found else 0
