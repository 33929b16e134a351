"""What every experiment works with: a running service, load generators, learners, and windows of load on them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.accounting import Cpu, cpu_seconds
from benchmarks.generators import ROOT, Generators
from benchmarks.installation import Installation, bare_server, installed
from benchmarks.learners import Learners, add_crowd, add_learners
from benchmarks.plans import Plan, Result
from benchmarks.rounds import Window

SUBMIT = "/api/v1/training/progress/submit"
SUBMIT_ALONE = "/bench/submit-alone"
PAGE = "/api/v1/leaderboard?limit=50"
MY_RANK = "/api/v1/leaderboard/me"
STATE = "/api/v1/training/progress/state"
NOTHING = "/bench/nothing"
PRODUCT = (PAGE, MY_RANK, STATE, SUBMIT)
CONTROLS = (NOTHING, SUBMIT_ALONE)
"""Routes that `benchmarks.app` adds."""
CONNECTIONS = 64
GENERATOR_MOST = 20_000
"""Requests a second that one generator process cannot reach."""
WARM_UP_SECONDS = 0.7
PAID_A_SECOND = 12_000
"""More than any machine will do: so many attempts are set aside, and what is left of them is put back."""

Tell = Callable[[str], None]


@dataclass
class Bench:
    """One installation with `learners` beside a crowd. `seconds` is the length of a window, `rounds` how many turns."""

    installation: Installation
    generators: Generators
    learners: Learners
    seconds: float
    rounds: int
    tell: Tell
    known: dict[str, float]
    """Throughput at saturation, by path, as one experiment leaves it to the next."""

    def reading(self, path: str, *, few: bool = False) -> Plan:
        """A plan of reads with every learner's token in turn, or with those of a few that the service remembers."""
        tokens = self.learners.few if few else self.learners.file
        return Plan(self.installation.url, path, str(tokens), self.seconds, connections=CONNECTIONS)

    def awarding(self, path: str = SUBMIT) -> Plan:
        """A plan of attempts that are paid."""
        return replace(self.reading(path), bodies=self.learners.bodies)

    def plan(self, path: str) -> Plan:
        return self.awarding(path) if path in (SUBMIT, SUBMIT_ALONE) else self.reading(path)

    def run(self, *plans: Plan) -> list[Result]:
        """Carry out plans at the same time; attempts are taken from the learners' stock."""
        ready = []
        for plan in plans:
            if plan.bodies and plan.rate is not None:
                most = min(plan.rate, GENERATOR_MOST) * plan.seconds
                plan = replace(plan, first=self.learners.take(int(most * 1.2) + 100))
            elif plan.bodies:
                plan = replace(plan, first=self.learners.taken)
            ready.append(plan)
        results = self.generators.run(*ready)
        for plan, result in zip(ready, results, strict=True):
            if plan.bodies and plan.rate is None:
                self.learners.take(result.asked)
        return results

    def window(self, plan: Plan, *beside: Plan) -> Window:
        """The cost of `plan`, and of what ran beside it, until the last award has reached the board."""
        self.installation.settle()
        before = self.installation.accounts.read()
        result, *others = self.run(plan, *beside)
        self.installation.settle()
        if not result.good:
            raise RuntimeError(f"{plan.path}: no good answer, but {result.bad}")
        used = self.installation.accounts.read() - before
        bad = {**result.bad, **{f"{name} beside": count for other in others for name, count in other.bad.items()}}
        return replace(window_of(result, used), bad=bad)

    def warm_up(self, paths: Sequence[str] = (*PRODUCT, *CONTROLS)) -> None:
        """What a fresh process does once is done before anything is measured."""
        self.tell("warming up")
        for path in paths:
            self.run(replace(self.plan(path), seconds=WARM_UP_SECONDS))
        self.installation.settle()

    def saturation(self, path: str) -> float:
        """Answers a second at 64 connections; measured now if no experiment has told."""
        if path not in self.known:
            self.tell(f"saturation of {path}")
            self.known[path] = self.window(self.plan(path)).throughput
        return self.known[path]


def window_of(result: Result, used: Cpu) -> Window:
    return Window(result.good, result.in_time, result.seconds, used, result.quantile(1.0), result.bad)


class RawAwards:
    """P0 as the benchmark sees it."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        url = bench.installation.stores.database_url
        command = [sys.executable, "-m", "benchmarks.raw_awards", "--database", url, "--connections", str(CONNECTIONS)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)

    def window(self) -> Window:
        """The service holds still meanwhile, so that PostgreSQL works for these awards alone."""
        bench = self._bench
        attempts = bench.learners.attempts(int(PAID_A_SECOND * bench.seconds))
        bench.installation.settle()
        with bench.installation.frozen_service():
            before = bench.installation.accounts.read()
            told = self._ask({"attempts": attempts, "seconds": bench.seconds})
            used = bench.installation.accounts.read() - before
        bench.learners.taken -= len(attempts) - int(told["used"])
        bench.installation.settle()
        bench.installation.wait_for_source(bench.learners.admin, "redis")
        paid = int(told["paid"])
        return Window(paid, paid, told["seconds"], replace(used, service=0.0, redis=0.0))

    def close(self) -> None:
        self._process.communicate()

    def _ask(self, question: dict[str, object]) -> dict[str, float]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, float] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def raw_awards(bench: Bench) -> Iterator[RawAwards]:
    raw = RawAwards(bench)
    try:
        yield raw
    finally:
        raw.close()


@contextmanager
def bare_windows(bench: Bench) -> Iterator[Callable[[], Window]]:
    """B0 for the block: how to measure a window of it."""
    with bare_server(bench.installation.data_dir) as (url, pid):

        def window() -> Window:
            before = cpu_seconds(pid)
            (result,) = bench.run(replace(bench.reading("/", few=True), url=url))
            return window_of(result, Cpu(cpu_seconds(pid) - before, 0, 0))

        yield window


@contextmanager
def opened(
    *, crowd: int, learners: int, seconds: float, rounds: int, tell: Tell, checkout: Path | None = None
) -> Iterator[Bench]:
    """A fresh installation with `crowd` learners on the board, and `learners` who will earn or read.

    It serves this commit, or that of another `checkout`, which has no controls.
    """
    with ExitStack() as stack:
        tell("starting the service")
        installation = stack.enter_context(installed(checkout))
        generators = Generators()
        stack.callback(generators.close)
        players = add_learners(installation.stores, installation.data_dir, learners)
        bench = Bench(installation, generators, players, seconds, rounds, tell, {})
        grow(bench, crowd)
        bench.warm_up(
            (PAGE, MY_RANK, STATE, SUBMIT) if checkout else (NOTHING, PAGE, MY_RANK, STATE, SUBMIT, SUBMIT_ALONE)
        )
        yield bench


def grow(bench: Bench, crowd: int) -> None:
    """Put `crowd` more learners on the board."""
    installation = bench.installation
    began = time.monotonic()
    if crowd:
        add_crowd(installation.stores, crowd, lambda done: _tell_now_and_then(bench, done, crowd))
    installation.rebuild(bench.learners.admin)
    installation.wait_for_source(bench.learners.admin, "redis")
    bench.tell(f"{crowd} learners added in {time.monotonic() - began:.0f} s")


def _tell_now_and_then(bench: Bench, done: int, crowd: int) -> None:
    if done % 50_000 == 0 or done == crowd:
        bench.tell(f"learners: {done:,} of {crowd:,}")


def shares(plan: Plan, parts: int) -> Sequence[Plan]:
    """The same load from several generators."""
    assert plan.rate is not None
    return [
        replace(plan, rate=plan.rate / parts, connections=plan.connections // parts, seed=plan.seed + part)
        for part in range(parts)
    ]
