"""What every experiment works with: a running service, load generators, learners, and windows of load on them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.accounting import Cpu, cpu_seconds
from benchmarks.generators import ROOT, Generators
from benchmarks.installation import Installation, bare_server, installed
from benchmarks.learners import Learners, sample_learners
from benchmarks.plans import SUBMIT, Plan, Result
from benchmarks.rounds import Window

PAGE = "/api/v1/leaderboard?limit=50"
MY_RANK = "/api/v1/leaderboard/me"
STATE = "/api/v1/training/progress/state"
CONNECTIONS = 64
GENERATOR_MOST = 20_000
"""Requests a second that one generator process cannot reach."""
WARM_UP_SECONDS = 0.7
AWARD, KEYED, MORNING = "award", "award with a key", "school morning"
MIX = {"page of 50": 40, "own rank": 30, "path of a section": 10, "questions": 10, AWARD: 10}
"""Per cent of the requests of a school morning."""
MIX_LENGTH = 997
"""A prime, so that a learner does not ask the same at each turn."""

Tell = Callable[[str], None]


@dataclass
class Bench:
    """One installation with a population. `seconds` is the length of a window, `rounds` how many turns."""

    installation: Installation
    generators: Generators
    learners: Learners
    seconds: float
    rounds: int
    tell: Tell
    known: dict[str, float] = field(default_factory=dict)
    """Throughput at saturation, by route, as one experiment leaves it to the next."""
    asked: int = 0
    """So that each window goes on with other learners than the one before."""

    @property
    def routes(self) -> dict[str, list[str]]:
        """What is measured, by name, and the paths that it asks in turn."""
        training = "/api/v1/training"
        single = {
            AWARD: [SUBMIT],
            KEYED: [SUBMIT],
            "page of 50": [PAGE],
            "own rank": [MY_RANK],
            "path of a section": [f"{training}/sections/{section}/path" for section in self.learners.sections],
            "state": [STATE],
            "questions": [f"{training}/levels/{level}/questions" for level in self.learners.levels],
        }
        draw = random.Random(1)
        mix = [draw.choice(single[name]) for name in draw.choices(list(MIX), list(MIX.values()), k=MIX_LENGTH)]
        return {**single, MORNING: mix}

    def plan(self, name: str, *, seen: bool = False) -> Plan:
        """A route, asked by learners at random with tokens that the service has not `seen`, or with a few that it knows."""
        learners = self.learners
        return Plan(
            self.installation.url,
            self.routes[name],
            str(learners.few if seen else learners.file),
            self.seconds,
            bodies=learners.bodies,
            key=None if seen else learners.key,
            idempotent=name == KEYED,
            connections=CONNECTIONS,
        )

    def run(self, *plans: Plan) -> list[Result]:
        """Carry out plans at the same time; attempts are taken from the learners' stock."""
        ready = []
        for number, plan in enumerate(plans):
            plan = replace(plan, first=self.asked, first_award=self.learners.taken)
            if plan.has_awards and number < len(plans) - 1:
                assert plan.rate is not None
                most = min(plan.rate, GENERATOR_MOST) * plan.seconds
                self.learners.take(int(most * 1.2) + 100)
            ready.append(plan)
        results = self.generators.run(*ready)
        self.learners.take(results[-1].awards)
        self.asked += max(result.asked for result in results)
        return results

    def window(self, plan: Plan) -> Window:
        """The cost of `plan`, until the last award has reached the board."""
        before = self.installation.accounts.read()
        (result,) = self.run(plan)
        if plan.has_awards:
            self.installation.settle()
        if not result.good:
            raise RuntimeError(f"{plan.paths[0]}: no good answer, but {result.bad}")
        return window_of(result, self.installation.accounts.read() - before)

    def idle(self) -> Window:
        """What the service does without a request."""
        before = self.installation.accounts.read()
        time.sleep(self.seconds)
        return Window(1, 1, self.seconds, self.installation.accounts.read() - before)

    def warm_up(self) -> None:
        """What a fresh process does once is done before anything is measured."""
        self.tell("warming up")
        for name in self.routes:
            self.run(replace(self.plan(name), seconds=WARM_UP_SECONDS))
        self.installation.settle()

    def saturation(self, name: str) -> float:
        """Answers a second at 64 connections; measured now if no experiment has told."""
        if name not in self.known:
            self.tell(f"saturation: {name}")
            self.known[name] = self.window(self.plan(name)).throughput
        return self.known[name]

    def grow(self, count: int) -> None:
        """Add `count` learners with their histories, and put them on the board."""
        began = time.monotonic()
        self.tell(f"adding {count:,} learners")
        self.installation.populate(count)
        self.tell(f"added in {time.monotonic() - began:.0f} s")


def window_of(result: Result, used: Cpu) -> Window:
    return Window(result.good, result.in_time, result.seconds, used, result.quantile(1.0), result.bad)


@contextmanager
def bare_windows(bench: Bench) -> Iterator[Callable[[], Window]]:
    """B0 for the block: how to measure a window of it."""
    with bare_server(bench.installation.data_dir) as (url, pid):

        def window() -> Window:
            before = cpu_seconds(pid)
            (result,) = bench.run(replace(bench.plan("own rank"), url=url, key=None))
            return window_of(result, Cpu(cpu_seconds(pid) - before, 0, 0))

        yield window


@contextmanager
def opened(
    *, population: int, learners: int, seconds: float, rounds: int, tell: Tell, checkout: Path = ROOT
) -> Iterator[Bench]:
    """A fresh installation of a commit with a `population`, of whom `learners` will earn and read."""
    with ExitStack() as stack:
        tell(f"starting the service of {checkout}")
        installation = stack.enter_context(installed(checkout))
        generators = Generators()
        stack.callback(generators.close)
        nobody = Learners([], [], {}, [], Path(), Path(), "", [], [], [], 0)
        bench = Bench(installation, generators, nobody, seconds, rounds, tell)
        bench.grow(population)
        bench.learners = sample_learners(installation.stores, installation.data_dir, learners)
        installation.tidy()
        installation.wait_for_source(bench.learners.admin, "redis")
        bench.warm_up()
        yield bench


def shares(plan: Plan, parts: int) -> Sequence[Plan]:
    """The same load from several generators."""
    assert plan.rate is not None
    return [
        replace(plan, rate=plan.rate / parts, connections=plan.connections // parts, seed=plan.seed + part)
        for part in range(parts)
    ]
