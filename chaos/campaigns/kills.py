"""Real kill -9 of serving processes with submissions in flight, at named places and at random times.

Each trial: a process serves submissions and is killed at a failpoint or at a random instant; another is started; without
any traffic the board must become PostgreSQL's again; then every submission that was not answered is sent again with its
key. What is counted at the end: acknowledged awards that are gone, levels paid twice, seconds until the board was right.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from chaos.campaigns.report import quantile, tell
from chaos.check.board import heals
from chaos.check.history import Recorder
from chaos.check.judge import check_everything
from chaos.load.population import SUBMIT, Learner, Lesson, Population, populate
from chaos.load.recorded import ask
from chaos.target.hosts import Forks, Host, environment_for, forks
from chaos.target.stage import own_stores
from scout_os.core.store_urls import StoreUrls

AWARD_POINTS = ("award_before_statement", "award_before_commit", "award_after_commit")
DRAIN_POINTS = ("drain_before_redis", "drain_after_redis")
REBUILD_POINTS = ("rebuild_begun", "rebuild_filling", "rebuild_before_swap", "rebuild_after_swap", "rebuild_committed")
POINTS = (*AWARD_POINTS, *DRAIN_POINTS, *REBUILD_POINTS)
RANDOM = "random time"
CLIENTS = 8
DEADLINE_SECONDS = 5.0
TRIAL_SECONDS = 6.0
PROGRESS_TRIALS = 20
"""After so many trials it is told how far the campaign is."""


@dataclass
class Tally:
    trials: Counter[str] = field(default_factory=Counter)
    in_flight: Counter[str] = field(default_factory=Counter)
    """Trials with at least one submission in flight at the kill."""
    missed: Counter[str] = field(default_factory=Counter)
    """Trials whose place was not reached; not counted."""
    acknowledged: int = 0
    unknown: int = 0
    unequal: int = 0
    """Retries answered otherwise than the first time."""
    heals: list[float] = field(default_factory=list)
    late: int = 0


@dataclass(frozen=True)
class Submission:
    """A submission under a key, as it is sent again after the kill."""

    learner: Learner
    lesson: Lesson
    key: str


class Campaign:
    """Kills host after host on stores that live on."""

    def __init__(self, *, stores: StoreUrls, fork: Forks, population: Population, history: Recorder, seed: int) -> None:
        self.tally = Tally()
        self._environment = environment_for(stores)
        self._stores = (stores.reader_database_url, stores.redis_url)
        self._fork = fork
        self._draw = random.Random(seed)
        self._seed = seed
        self._history = history
        self._lessons = [lesson for unit in population.units for lesson in unit]
        self._admin, *learners = population.learners
        self._learners = cycle(learners)
        self._number = 0

    async def run(self, trials: int, points: Sequence[str] = POINTS) -> Tally:
        """So many counted trials: half of them at the named places in turn, half at random times."""
        while self.tally.trials.total() < trials:
            await self._trial(points[self._number // 2 % len(points)])
            await self._trial(RANDOM)
            if self._number % PROGRESS_TRIALS == 0:
                done, longest = self.tally.trials.total(), max(self.tally.heals, default=0.0)
                sys.stderr.write(f"{done}/{trials} kills, longest heal {longest:.2f} s\n")
        return self.tally

    async def _trial(self, place: str) -> None:
        self._number += 1
        points: dict[str, str] = {}
        if place != RANDOM:
            chance = 0.15 if place in AWARD_POINTS else 1.0
            points = {
                "SCOUT_FAILPOINTS": f"{place}=kill:{chance}",
                "SCOUT_FAILPOINTS_SEED": f"{self._seed}:{self._number}",
            }
        victim = self._fork.start(self._environment | points)
        if not await asyncio.to_thread(victim.wait_ready):
            self.tally.missed[place] += 1
            return
        died, in_flight, unknown = await self._submit_until_death(victim, place)
        if not died:
            self.tally.missed[place] += 1
        [healer] = await self._fork.start_ready(self._environment, 1)
        healed = await heals(*self._stores, 4 * DEADLINE_SECONDS)
        if died:
            self.tally.trials[place] += 1
            self.tally.in_flight[place] += in_flight > 0
            self.tally.heals.append(healed if healed is not None else 4 * DEADLINE_SECONDS)
            self.tally.late += healed is None or healed > DEADLINE_SECONDS
        if healed is None or healed > DEADLINE_SECONDS:
            print(f"late: trial {self._number} at {place} healed {healed}")
        await self._send_again(healer, unknown)
        await heals(*self._stores, DEADLINE_SECONDS)  # so that the next one starts with nothing to do
        healer.kill()

    async def _submit_until_death(self, victim: Host, place: str) -> tuple[bool, int, list[Submission]]:
        """Whether it died as planned, how many submissions were in flight then, and which were never answered."""
        flying: set[int] = set()
        unknown: list[Submission] = []
        limits = httpx.Limits(max_connections=CLIENTS + 1)
        async with httpx.AsyncClient(base_url=victim.api, timeout=TRIAL_SECONDS, limits=limits) as http:
            clients = [
                asyncio.create_task(self._client(http, number, next(self._learners), flying, unknown))
                for number in range(CLIENTS)
            ]
            if place in REBUILD_POINTS:
                clients.append(asyncio.create_task(self._rebuild(http)))
            if place == RANDOM:
                await asyncio.sleep(self._draw.uniform(0.02, 0.4))
            died = place == RANDOM or await asyncio.to_thread(victim.wait_dead, TRIAL_SECONDS)
            in_flight = len(flying)
            victim.kill()
            await asyncio.gather(*clients)
        return died, max(in_flight, len(unknown)), unknown

    async def _client(
        self, http: httpx.AsyncClient, number: int, learner: Learner, flying: set[int], unknown: list[Submission]
    ) -> None:
        """Pass level after level until a submission is not answered."""
        process = self._number * 100 + number
        for place, lesson in enumerate(self._lessons):
            submission = Submission(learner, lesson, f"{self._seed}-{self._number}-{place}")
            flying.add(number)
            if not await self._send(http, process, submission):
                self.tally.unknown += 1
                unknown.append(submission)
                return
            flying.discard(number)
            self.tally.acknowledged += 1

    async def _rebuild(self, http: httpx.AsyncClient) -> None:
        await asyncio.sleep(0.1)
        with suppress(httpx.HTTPError):
            await http.post("/leaderboard/rebuild", headers={"Authorization": f"Bearer {self._admin.token}"})

    async def _send_again(self, healer: Host, unknown: list[Submission]) -> None:
        """The retry that every client makes; its answer is compared by the checker with any earlier one."""
        async with httpx.AsyncClient(base_url=healer.api, timeout=TRIAL_SECONDS) as http:
            for number, submission in enumerate(unknown):
                first, second = [await self._send(http, self._number * 100 + 50 + number, submission) for _ in range(2)]
                self.tally.unequal += first is None or first != second

    async def _send(self, http: httpx.AsyncClient, process: int, submission: Submission) -> dict[str, Any] | None:
        """One request, recorded; None: it was not answered."""
        learner, lesson, key = submission.learner, submission.lesson, submission.key
        asked, body = lesson.asked(learner, key), lesson.body()
        outcome, answer = await ask(
            http, self._history, process, "submit", asked, "POST", SUBMIT, token=learner.token, key=key, body=body
        )
        return answer if outcome == "ok" else None


async def campaign(
    stores: StoreUrls, directory: Path, *, trials: int, seed: int, points: Sequence[str] = POINTS
) -> tuple[Tally, list[str]]:
    """Run one on stores that hold the content already; the tally, and what the checker says at the end."""
    population = await populate(stores, 1 + CLIENTS * (4 * trials + 40))
    history = Recorder(directory / f"kills-{seed}.jsonl")
    with forks(directory) as fork:
        run = Campaign(stores=stores, fork=fork, population=population, history=history, seed=seed)
        tally = await run.run(trials, points)
        history.close()
        [last] = await fork.start_ready(environment_for(stores), 1)
        violations = await check_everything(
            stores.reader_database_url,
            stores.redis_url,
            api=last.url,
            tokens=population.tokens,
            history=history.path,
        )
        last.kill()
    return tally, violations


def report(tally: Tally) -> dict[str, Any]:
    flying = tally.in_flight.total()
    return {
        "trials": tally.trials.total(),
        "trials_with_a_submission_in_flight": flying,
        "by_place": dict(tally.trials),
        "place_not_reached": dict(tally.missed),
        "acknowledged_awards": tally.acknowledged,
        "submissions_never_answered": tally.unknown,
        "retries_answered_otherwise": tally.unequal,
        "healed_late": tally.late,
        "heal_seconds_median": round(quantile(tally.heals, 0.5), 3),
        "heal_seconds_p99": round(quantile(tally.heals, 0.99), 3),
        "heal_seconds_max": round(quantile(tally.heals, 1), 3),
        "upper_95_bound_of_failure": round(3 / max(1, flying), 5),
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--seed", type=int, help="of learners and kills; default: a random one, printed first")
    parser.add_argument("--points", default=",".join(POINTS), help="named places, by comma")


def run(chosen: argparse.Namespace) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="scout-kills-") as name, own_stores(Path(name) / "data") as stores:
        tally, violations = asyncio.run(
            campaign(stores, Path(name), trials=chosen.trials, seed=chosen.seed, points=chosen.points.split(","))
        )
    figures = {"seconds": round(time.monotonic() - began), **report(tally)}
    return tell(chosen, figures, violations, good=not tally.late and not tally.unequal)
