"""Learners who pass level after level at a rate that does not wait for the answers."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
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


class Climbers:
    """Submits right answers; each learner has one submission under way at a time, and retries under its key."""

    def __init__(
        self,
        population: Population,
        *,
        hosts: Sequence[RawClient],
        standings: Standings,
        recorder: Recorder,
        seed: int,
    ) -> None:
        self.answers: Counter[str] = Counter()
        self.acknowledged = 0
        self.violations: list[str] = []
        self.times: list[float] = []
        """Seconds from the moment at which each submission was due to its answer."""
        self._hosts = hosts
        self._standings = standings
        self._recorder = recorder
        self._seed = seed
        self._draw = random.Random(f"{seed}:climbers")
        self._ready = deque(self._climber(learner, population) for learner in population.learners)
        self._number = 0

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

    def _climber(self, learner: Learner, population: Population) -> _Climber:
        units = self._draw.sample(population.units, len(population.units))
        return _Climber(learner, [lesson for unit in units for lesson in reversed(unit)])

    async def _climb(self, climber: _Climber, due: float) -> None:
        self._number += 1
        number, lesson, user = self._number, climber.path[-1], climber.learner.id
        key = f"{self._seed}-{user}-{lesson.id}"
        asked = lesson.asked(climber.learner, key)
        self._standings.send(user, lesson.reward)
        for attempt in range(TRIES):
            self._recorder.record(number, "submit", "invoke", asked)
            status, body = await self._post(self._hosts[(number + attempt) % len(self._hosts)], climber, lesson, key)
            self.answers[str(status or "lost")] += 1
            if status == 200:
                break
            is_refused = 400 <= status < 500
            self._recorder.record(number, "submit", "fail" if is_refused else "info", {"status": status})
            if is_refused:
                self.violations.append(f"user {user} was refused {lesson.id} with {status}")
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return  # nobody knows; this learner asks no more, and the judge looks at the ledger
        now = time.monotonic()
        self.times.append(now - due)
        answer: dict[str, Any] = {"status": 200, "xp": body["xp_earned"], "total": body["total_xp"]}
        self._recorder.record(number, "submit", "ok", {**answer, "level": body["level_id"], "sha": ""})
        self.acknowledged += 1
        self.violations += self._standings.acknowledge(user, body["total_xp"], now)
        climber.path.pop()
        if climber.path:
            self._ready.append(climber)

    async def _post(self, host: RawClient, climber: _Climber, lesson: Lesson, key: str) -> tuple[int, dict[str, Any]]:
        try:
            status, body = await host.post(SUBMIT, climber.learner.token, json.dumps(lesson.body()).encode(), key=key)
        except (OSError, TimeoutError):
            return 0, {}
        return status, json.loads(body) if status == 200 else {}
