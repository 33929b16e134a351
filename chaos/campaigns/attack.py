"""The whole attack on real processes: learners at work, random faults, a judge beside them and one at the end.

The schedule comes from the seed alone: each step has draws of its own, so that `--only 7` plays just step 7 again. After
each step the load pauses, and within 5 s of everything being up the board must equal PostgreSQL again, without any traffic.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from math import inf
from pathlib import Path

from chaos.check.board import heals
from chaos.check.history import Recorder
from chaos.check.judge import Judge, verdict_of
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
    """What a run has seen."""

    heals: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    late: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.late and not self.violations


def plan(seed: int, step: int, names: Sequence[str]) -> tuple[list[str], random.Random]:
    """The faults of a step and their draws."""
    draw = random.Random(f"{seed}:{step}")
    count = 2 if len(names) > 1 and draw.random() < PAIRS else 1
    return draw.sample(list(names), count), draw


def endless(seed: int, names: Sequence[str], only: int | None = None) -> Iterator[Step]:
    """The schedule of a seed, or one step of it alone."""
    for step in count() if only is None else [only]:
        yield (step, *plan(seed, step, names))


def each(seed: int, names: Sequence[str]) -> Iterator[Step]:
    """Each fault once."""
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
    saved, history = directory / "population.json", directory / f"history-{seed}.jsonl"
    population.save(saved)
    starts: list[Start] = [Serving(directory / f"host{number}").start for number in range(hosts)]
    if fork is not None:
        starts = [fork.start] * hosts
    arena = Arena(stage, population.learners[0], starts)
    try:
        await arena.open()
        recorder = Recorder(history)
        load = Load(
            population=population,
            urls=arena.urls,
            recorder=recorder,
            seed=seed,
            players=players,
            habits=Habits(impatient=0.02),
        )
        judge = Judge(stage.stores.reader_database_url, stage.stores.redis_url)
        watcher = await judge.watch(10 * seconds + 600)
        playing = asyncio.create_task(load.run())
        try:
            await asyncio.sleep(1)
            schedule = each(seed, names) if in_turn else endless(seed, names, only)
            await _steps(
                arena, load, recorder, outcome, seed=seed, seconds=inf if in_turn else seconds, schedule=schedule
            )
        finally:
            await load.pause()
            playing.cancel()
            with suppress(asyncio.CancelledError):
                await playing
            recorder.close()
            watcher.terminate()
        outcome.answers = load.outcomes
        outcome.violations += await verdict_of(watcher)
        outcome.violations += await judge.final(api=arena.urls[0], population=saved, history=history)
    finally:
        await arena.close()
    return outcome


async def _steps(
    arena: Arena,
    load: Load,
    recorder: Recorder,
    outcome: Outcome,
    *,
    seed: int,
    seconds: float,
    schedule: Iterator[Step],
) -> None:
    began = time.monotonic()
    for step, chosen, draw in schedule:
        if time.monotonic() - began >= seconds:
            break
        label = "+".join(chosen)
        recorder.record(-1, "fault", "invoke", {"step": step, "faults": chosen})
        await asyncio.gather(*(FAULTS[name](arena, random.Random(draw.random())) for name in chosen))
        await arena.restore()
        await load.pause()
        healed = await heals(arena.stage.stores.reader_database_url, arena.stage.stores.redis_url, PATIENCE_SECONDS)
        recorder.record(-1, "fault", "ok", {"healed": healed})
        outcome.heals[label].append(healed if healed is not None else PATIENCE_SECONDS)
        told = "never" if healed is None else f"{healed:.2f} s"
        sys.stdout.write(f"{time.monotonic() - began:7.1f} s  step {step:4}  {label:40} healed {told}\n")
        sys.stdout.flush()
        if healed is None or healed > HEAL_SECONDS:
            outcome.late.append(f"--seed {seed} --only {step}: {label} healed {told}")
        load.resume()
        await asyncio.sleep(draw.uniform(0.2, 1.0))


def report(outcome: Outcome, seed: int) -> str:
    """The figures as JSON."""
    heals = sorted(seconds for times in outcome.heals.values() for seconds in times) or [0.0]
    asked = sum(outcome.answers.values())
    good = sum(count for name, count in outcome.answers.items() if name.endswith(":200"))
    return json.dumps(
        {
            "seed": seed,
            "faults": len(heals),
            "requests": asked,
            "answered_200": good,
            "answers": dict(sorted(outcome.answers.items())),
            "heal_seconds_median": round(heals[len(heals) // 2], 2),
            "heal_seconds_max": round(heals[-1], 2),
            "late": outcome.late,
            "violations": len(outcome.violations),
        },
        indent=1,
    )


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
            outcome = asyncio.run(
                attack(
                    stage,
                    directory,
                    seed=chosen.seed,
                    seconds=chosen.seconds,
                    names=chosen.faults.split(","),
                    only=chosen.only,
                    players=chosen.players,
                    hosts=chosen.hosts,
                    fork=fork if chosen.start == "fork" else None,
                )
            )
    sys.stdout.write(report(outcome, chosen.seed) + "\n")
    sys.stdout.writelines(f"{line}\n" for line in [*outcome.late, *outcome.violations])
    return 0 if outcome.good else 1
