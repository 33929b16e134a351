"""The whole attack on real processes: learners at work, faults from a seed, the watcher beside, the judge at the end.

    python -m chaos.run --seed S --seconds N [--faults flush,kill_host] [--only 7]

The schedule comes from the seed alone: step i has its own draws, so that `--only i` plays just that step again. After each
step the load pauses, and the board must be PostgreSQL's again within 5 s of everything being up, without any traffic.
Exit code 1 if that took longer, or the judge or the watcher found anything.
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

from redis.asyncio import Redis

from chaos import check_truth
from chaos.arena import Arena
from chaos.check_board import heal_seconds
from chaos.history import Recorder
from chaos.hosts import Forking, Forks, Serving, Start, environment_for, forks
from chaos.load import Habits, Load
from chaos.nemesis import FAULTS
from chaos.stage import Stage, own_stores, populate, staged

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
    environment = environment_for(stage.fronts)
    starts: list[Start] = [Serving(directory / f"host{number}", environment) for number in range(hosts)]
    if fork is not None:
        starts = [Forking(fork, environment) for _ in range(hosts)]
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
        judge = ["--database", stage.stores.reader_database_url, "--redis", stage.stores.redis_url]
        watcher = await start_checker("watch", *judge, "--seconds", str(10 * seconds + 600))
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
        final = await start_checker(
            "final", *judge, "--api", arena.urls[0], "--population", str(saved), "--history", str(history)
        )
        outcome.violations += await verdict_of(final)
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
    redis = Redis.from_url(arena.stage.stores.redis_url, decode_responses=True)
    began = time.monotonic()
    for step, chosen, draw in schedule:
        if time.monotonic() - began >= seconds:
            break
        label = "+".join(chosen)
        recorder.record(-1, "fault", "invoke", {"step": step, "faults": chosen})
        await asyncio.gather(*(FAULTS[name](arena, random.Random(draw.random())) for name in chosen))
        await arena.restore()
        await load.pause()
        connection = await check_truth.connect(arena.stage.stores.reader_database_url)
        healed = await heal_seconds(connection, redis, PATIENCE_SECONDS)
        await connection.close()
        recorder.record(-1, "fault", "ok", {"healed": healed})
        outcome.heals[label].append(healed if healed is not None else PATIENCE_SECONDS)
        told = "never" if healed is None else f"{healed:.2f} s"
        sys.stdout.write(f"{time.monotonic() - began:7.1f} s  step {step:4}  {label:40} healed {told}\n")
        sys.stdout.flush()
        if healed is None or healed > HEAL_SECONDS:
            outcome.late.append(f"--seed {seed} --only {step}: {label} healed {told}")
        load.resume()
        await asyncio.sleep(draw.uniform(0.2, 1.0))
    await redis.aclose()


async def start_checker(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "chaos.checker", *arguments, stdout=asyncio.subprocess.PIPE
    )


async def verdict_of(checker: asyncio.subprocess.Process) -> list[str]:
    said, _ = await checker.communicate()
    found = said.decode().splitlines()
    if checker.returncode != (1 if found else 0):  # also one that broke: Python's own code for that is 1
        found.append(f"the checker ended with code {checker.returncode}")
    return found


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


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m chaos.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=None, help="default: one of its own, printed first")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--faults", default=",".join(FAULTS), help=f"of {', '.join(FAULTS)}")
    parser.add_argument("--only", type=int, default=None, help="play this step of the schedule alone")
    parser.add_argument("--players", type=int, default=12)
    parser.add_argument("--hosts", type=int, default=2)
    parser.add_argument(
        "--start", choices=("serve", "fork"), default="serve", help="fork: faster, more faults a minute"
    )
    parser.add_argument("--keep", type=Path, default=None, help="keep histories and logs in this directory")
    chosen = parser.parse_args(arguments)
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    with tempfile.TemporaryDirectory(prefix="scout-faults-") as name:
        directory = chosen.keep or Path(name)
        directory.mkdir(parents=True, exist_ok=True)
        with (
            own_stores(Path(name) / "data") as stores,
            staged(stores, seed=seed, data_dir=Path(name) / "data") as stage,
            forks(directory) as fork,
        ):
            outcome = asyncio.run(
                attack(
                    stage,
                    directory,
                    seed=seed,
                    seconds=chosen.seconds,
                    names=chosen.faults.split(","),
                    only=chosen.only,
                    players=chosen.players,
                    hosts=chosen.hosts,
                    fork=fork if chosen.start == "fork" else None,
                )
            )
    sys.stdout.write(report(outcome, seed) + "\n")
    sys.stdout.writelines(f"{line}\n" for line in [*outcome.late, *outcome.violations])
    return 0 if outcome.good else 1


if __name__ == "__main__":
    raise SystemExit(main())
