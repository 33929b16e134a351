"""Learners who pass level after level at a rate that does not wait for the answers."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chaos.check.history import Recorder
from chaos.check.standings import Standings
from chaos.load.population import SUBMIT, Learner, Lesson, Population
from chaos.load.raw_http import RawClient

TRIES = 4
PAUSE_SECONDS = 0.2


@dataclass(eq=False)
class _Climber:
    learner: Learner
    path: list[Lesson]
    """What is still to be passed, the next one last."""


@dataclass
class Climbers:
    """Submits right answers; each learner has one submission under way at a time, and retries under its key."""

    population: Population
    hosts: Sequence[RawClient]
    standings: Standings
    recorder: Recorder
    seed: int
    answers: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    violations: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """Seconds from the moment at which each submission was due to its answer."""
    _number: int = 0

    def __post_init__(self) -> None:
        draw, units = random.Random(f"{self.seed}:climbers"), self.population.units
        self._ready = deque(
            _Climber(learner, [lesson for unit in draw.sample(units, len(units)) for lesson in reversed(unit)])
            for learner in self.population.learners
        )

    async def run(self, rate: float, seconds: float) -> None:
        """Submit `rate` a second for `seconds`, then wait for the last answers."""
        began = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            for number in range(int(rate * seconds)):
                due = began + number / rate
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                if not self._ready:
                    self.answers["nobody_free"] += 1
                    continue
                tasks.create_task(self._climb(self._ready.popleft(), due))

    async def _climb(self, climber: _Climber, due: float) -> None:
        self._number += 1
        number, lesson, user = self._number, climber.path[-1], climber.learner.id
        key = f"{self.seed}-{user}-{lesson.id}"
        asked = lesson.asked(climber.learner, key)
        self.standings.send(user, lesson.reward)
        for attempt in range(TRIES):
            self.recorder.record(number, "submit", "invoke", asked)
            status, body = await self._post(self.hosts[(number + attempt) % len(self.hosts)], climber, lesson, key)
            self.answers[str(status or "lost")] += 1
            if status == 200:
                break
            is_refused = 400 <= status < 500
            self.recorder.record(number, "submit", "fail" if is_refused else "info", {"status": status})
            if is_refused:
                self.violations.append(f"user {user} was refused {lesson.id} with {status}")
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return  # nobody knows; this learner asks no more, and the judge looks at the ledger
        now = time.monotonic()
        self.times.append(now - due)
        answer: dict[str, Any] = {"status": 200, "xp": body["xp_earned"], "total": body["total_xp"]}
        self.recorder.record(number, "submit", "ok", {**answer, "level": body["level_id"], "sha": ""})
        self.acknowledged += 1
        self.violations += self.standings.acknowledge(user, body["total_xp"], now)
        climber.path.pop()
        if climber.path:
            self._ready.append(climber)

    async def _post(self, host: RawClient, climber: _Climber, lesson: Lesson, key: str) -> tuple[int, dict[str, Any]]:
        try:
            status, body = await host.post(SUBMIT, climber.learner.token, json.dumps(lesson.body()).encode(), key=key)
        except (OSError, TimeoutError):
            return 0, {}
        return status, json.loads(body) if status == 200 else {}
