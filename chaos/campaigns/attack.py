"""The whole attack on real processes: learners at work, random faults, a judge beside them and one at the end.

The schedule comes from the seed alone: each step has draws of its own, so that `--only 7` plays just step 7 again. After
each step the load pauses, and within 5 s of everything being up the board must equal PostgreSQL again, without any traffic.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import inf
from pathlib import Path
from typing import Any

from chaos.campaigns.report import chosen_as, quantile, tell
from chaos.check.board import heals
from chaos.check.history import Recorder
from chaos.check.judge import check_everything, watching
from chaos.faults.arena import Arena
from chaos.faults.faults import FAULTS
from chaos.load.learners import Habits, Load
from chaos.load.population import populate
from chaos.target.hosts import Forks, Serving, Start, forks
from chaos.target.stage import Stage, own_stores, staged

HEAL_SECONDS = 5.0
PATIENCE_SECONDS = 30.0
LEARNERS = 2000
Step = tuple[int, list[str], random.Random]
PAIRS = 0.2
"""So many steps are two faults at once."""


@dataclass
class Outcome:
    heals: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    late: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


def endless(seed: int, names: Sequence[str], only: int | None = None) -> Iterator[Step]:
    """The schedule of a seed, or one step of it alone."""
    for step in count() if only is None else [only]:
        draw = random.Random(f"{seed}:{step}")
        together = 2 if len(names) > 1 and draw.random() < PAIRS else 1
        yield step, draw.sample(list(names), together), draw


def each(seed: int, names: Sequence[str]) -> Iterator[Step]:
    for step, name in enumerate(names):
        yield step, [name], random.Random(f"{seed}:{name}")


async def attack(
    stage: Stage,
    directory: Path,
    *,
    seed: int,
    seconds: float,
    names: Sequence[str] = tuple(FAULTS),
    only: int | None = None,
    in_turn: bool = False,
    players: int = 12,
    hosts: int = 2,
    fork: Forks | None = None,
) -> Outcome:
    """Attack an installation for `seconds`, and judge it; `in_turn` plays each fault once, however long that takes.

    With `fork` hosts are forked, else `scout-os serve` is run.
    """
    outcome = Outcome()
    population = await populate(stage.stores, LEARNERS)
    starts: list[Start] = [Serving(directory / f"host{number}").start for number in range(hosts)]
    if fork is not None:
        starts = [fork.start] * hosts
    arena = Arena(stage, population.learners[0], starts)
    database, redis = stage.stores.reader_database_url, stage.stores.redis_url
    try:
        await arena.open()
        recorder = Recorder(directory / f"history-{seed}.jsonl")
        load = Load(population, arena.urls, recorder, seed, players, Habits(impatient=0.02))
        async with watching(database, redis, seconds=10 * seconds + 600) as seen, load.playing():
            await asyncio.sleep(1)
            schedule = each(seed, names) if in_turn else endless(seed, names, only)
            await _steps(arena, load, outcome, seed=seed, seconds=inf if in_turn else seconds, schedule=schedule)
        recorder.close()
        outcome.answers = load.outcomes
        outcome.violations = seen + await check_everything(
            database, redis, api=arena.urls[0], tokens=population.tokens, history=recorder.path
        )
    finally:
        await arena.close()
    return outcome


async def _steps(
    arena: Arena, load: Load, outcome: Outcome, *, seed: int, seconds: float, schedule: Iterator[Step]
) -> None:
    began = time.monotonic()
    for step, chosen, draw in schedule:
        if time.monotonic() - began >= seconds:
            break
        label = "+".join(chosen)
        load.recorder.record(-1, "fault", "invoke", {"step": step, "faults": chosen})
        await asyncio.gather(*(FAULTS[name](arena, random.Random(draw.random())) for name in chosen))
        await arena.restore()
        await load.pause()
        healed = await heals(arena.stage.stores.reader_database_url, arena.stage.stores.redis_url, PATIENCE_SECONDS)
        load.recorder.record(-1, "fault", "ok", {"healed": healed})
        outcome.heals[label].append(healed if healed is not None else PATIENCE_SECONDS)
        told = "never" if healed is None else f"{healed:.2f} s"
        sys.stdout.write(f"{time.monotonic() - began:7.1f} s  step {step:4}  {label:40} healed {told}\n")
        sys.stdout.flush()
        if healed is None or healed > HEAL_SECONDS:
            outcome.late.append(f"--seed {seed} --only {step}: {label} healed {told}")
        load.resume()
        await asyncio.sleep(draw.uniform(0.2, 1.0))


def report(outcome: Outcome) -> dict[str, Any]:
    heals = [seconds for times in outcome.heals.values() for seconds in times]
    return {
        "faults": len(heals),
        "requests": outcome.answers.total(),
        "answered_200": sum(count for name, count in outcome.answers.items() if name.endswith(":200")),
        "answers": dict(sorted(outcome.answers.items())),
        "heal_seconds_median": round(quantile(heals, 0.5), 2),
        "heal_seconds_max": round(quantile(heals, 1), 2),
        "late": outcome.late,
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, help="of the schedule; default: a random one, printed first")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--faults", default=",".join(FAULTS), help=f"of {', '.join(FAULTS)}")
    parser.add_argument("--only", type=int, help="play this step of the schedule alone")
    parser.add_argument("--players", type=int, default=12)
    parser.add_argument("--hosts", type=int, default=2)
    parser.add_argument(
        "--start", choices=("serve", "fork"), default="serve", help="fork: faster, more faults a minute"
    )
    parser.add_argument("--keep", type=Path, help="keep histories and logs in this directory")


def run(chosen: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="scout-attack-") as name:
        directory, data_dir = chosen.keep or Path(name), Path(name) / "data"
        directory.mkdir(parents=True, exist_ok=True)
        with (
            own_stores(data_dir) as stores,
            staged(stores, seed=chosen.seed, data_dir=data_dir) as stage,
            forks(directory) as fork,
        ):
            asked = chosen_as(chosen, "seed", "seconds", "only", "players", "hosts")
            names, server = chosen.faults.split(","), fork if chosen.start == "fork" else None
            outcome = asyncio.run(attack(stage, directory, names=names, fork=server, **asked))
    return tell(chosen, report(outcome), outcome.violations, good=not outcome.late)
