"""Learners at work: submissions of every kind, retries and reads, each recorded in a history."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from math import inf
from typing import Any

import httpx

from chaos.check.history import Outcome, Recorder
from chaos.load.population import SUBMIT, Learner, Lesson, Population
from chaos.load.recorded import ask
from chaos.target.environment import beside

TRIES = 4
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Habits:
    """How learners behave; probabilities by draw."""

    wrong: float = 0.2
    replay: float = 0.1
    nonsense: float = 0.03
    keyed: float = 0.6
    reads: float = 0.3
    again: float = 0.0
    """Sends what was answered once more under its key, to another host where there is one."""
    impatient: float = 0.0
    """Hangs up within milliseconds, at whatever point the request is then."""
    think_seconds: float = 0.1
    awards_each: int = 40
    """After so many levels a client goes on as the next learner."""


@dataclass
class _Player:
    """One client: it does one thing at a time. Several may play the same learner, as on two devices."""

    process: int
    learner: Learner
    draw: random.Random
    places: list[int]
    """For each unit, how many levels this client believes to have completed."""
    done: list[Lesson] = field(default_factory=list)
    asked: str = ""
    """The host that was asked last."""


@dataclass
class Load:
    """Runs `players` clients against `urls` (the list may be changed while it runs), and records what they see."""

    population: Population
    urls: list[str]
    recorder: Recorder
    seed: int
    players: int = 16
    habits: Habits = Habits()
    outcomes: Counter[str] = field(default_factory=Counter)
    _in_flight: int = 0
    _going: asyncio.Event = field(default_factory=asyncio.Event)
    _next_learner: Iterator[int] = field(default_factory=count)
    _keys: Iterator[int] = field(default_factory=count)
    _last_place: int = 0

    def __post_init__(self) -> None:
        self._going.set()
        limits = httpx.Limits(max_connections=4 * self.players, max_keepalive_connections=2 * self.players)
        self._http = httpx.AsyncClient(timeout=PATIENCE_SECONDS, limits=limits)

    async def run(self, seconds: float = inf) -> None:
        """Play for `seconds`, or until cancelled; what is under way then ends first."""
        ends = time.monotonic() + seconds
        try:
            async with asyncio.TaskGroup() as tasks:
                for number in range(self.players):
                    tasks.create_task(self._play(self._player(number), ends))
        finally:
            await self._http.aclose()

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[None]:
        """Play for the block; what is under way at its end ends first."""
        async with beside(self.run()):
            try:
                yield
            finally:
                await self.pause()

    async def pause(self) -> None:
        """Let nobody begin anything new, and wait until what is under way has ended."""
        self._going.clear()
        while self._in_flight:  # noqa: ASYNC110 - a plain wait, ten milliseconds at a time
            await asyncio.sleep(0.01)

    def resume(self) -> None:
        self._going.set()

    def _player(self, number: int) -> _Player:
        # Two of three have a learner of their own; every third is the second device of the one before.
        learners = self.population.learners
        place = next(self._next_learner) if number % 3 != 2 else self._last_place
        self._last_place = place
        draw = random.Random(f"{self.seed}:{number}")
        return _Player(number, learners[place % len(learners)], draw, [0] * len(self.population.units))

    async def _play(self, player: _Player, ends: float) -> None:
        while time.monotonic() < ends:
            await self._going.wait()
            self._in_flight += 1
            try:
                await self._act(player)
            finally:
                self._in_flight -= 1
            if len(player.done) >= self.habits.awards_each:
                self._move_on(player)
            await asyncio.sleep(player.draw.expovariate(1 / self.habits.think_seconds))

    def _move_on(self, player: _Player) -> None:
        learners = self.population.learners
        player.learner = learners[next(self._next_learner) % len(learners)]
        player.places = [0] * len(self.population.units)
        player.done = []

    async def _act(self, player: _Player) -> None:
        habits, draw = self.habits, player.draw
        choice = draw.random()
        if choice < habits.reads:
            await self._read(player)
        elif choice < habits.reads + habits.nonsense:
            await self._submit(player, draw.choice(draw.choice(self.population.units)), 99)
        elif choice < habits.reads + habits.nonsense + habits.replay and player.done:
            await self._submit(player, draw.choice(player.done), draw.choice((0, 99, -1)))
        else:
            await self._attempt(player)

    async def _attempt(self, player: _Player) -> None:
        units = self.population.units
        open_units = [unit for unit in range(len(units)) if player.places[unit] < len(units[unit])]
        if not open_units:
            self._move_on(player)
            return
        unit = player.draw.choice(open_units)
        lesson = units[unit][player.places[unit]]
        passes = player.draw.random() >= self.habits.wrong
        if await self._submit(player, lesson, -1 if passes else 0) == "ok" and passes:
            player.places[unit] += 1
            player.done.append(lesson)

    async def _submit(self, player: _Player, lesson: Lesson, right: int) -> Outcome:
        """Submit with `right` right answers, and again with the same key while the outcome is unknown."""
        key = f"k{self.seed}-{next(self._keys)}" if player.draw.random() < self.habits.keyed else None
        asked, body = lesson.asked(player.learner, key, right), lesson.body(right)
        outcome: Outcome = "info"
        for number in range(TRIES if key else 1):
            outcome = await self._ask(player, "submit", asked, SUBMIT, body=body, key=key)
            if outcome != "info":
                if key and self.habits.again and player.draw.random() < self.habits.again:
                    await self._ask(player, "submit", asked, SUBMIT, body=body, key=key, elsewhere=True)
                return outcome
            await asyncio.sleep(0.05 * 2**number * player.draw.random())
        return outcome

    async def _read(self, player: _Player) -> None:
        user, draw = player.learner.id, player.draw
        kind = draw.choices(("board", "anyone", "standing", "profile"), (5, 2, 3, 3))[0]
        if kind in {"board", "anyone"}:
            asked = {"user": user if kind == "board" else None, "limit": draw.choice((1, 10, 50, 100))}
            await self._ask(player, "board", asked, f"/leaderboard?limit={asked['limit']}")
        elif kind == "standing":
            await self._ask(player, "standing", {"user": user}, "/leaderboard/me")
        else:
            await self._ask(player, "profile", {"user": user}, "/users/me")

    async def _ask(
        self, player: _Player, op: str, asked: dict[str, Any], path: str, *, elsewhere: bool = False, **sent: Any
    ) -> Outcome:
        """`elsewhere`: of another host than the last, if there is one."""
        hasty = player.draw.random() < self.habits.impatient
        patience = player.draw.uniform(0.001, 0.03) if hasty else PATIENCE_SECONDS
        others = [url for url in self.urls if url != player.asked] if elsewhere else []
        player.asked = player.draw.choice(others or self.urls)
        outcome, answer = await ask(
            self._http,
            self.recorder,
            player.process,
            op,
            asked,
            "POST" if sent else "GET",
            f"{player.asked}/api/v1{path}",
            token=None if asked["user"] is None else player.learner.token,
            patience=patience,
            **sent,
        )
        self.outcomes[f"{op}:{answer.get('status', 'lost')}"] += 1
        return outcome
