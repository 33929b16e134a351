"""Readers without a pause who believe nothing: each answer is held against what the board may show at that moment."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from chaos.check.standings import Reading, Standings
from chaos.load.population import Learner
from chaos.load.raw_http import RawClient

LIMITS = (1, 10, 50, 100)
SHOWN = 20


@dataclass
class Readers:
    """Reads pages with a token and without, and own places; `run` is one reader, of as many as are started."""

    askers: Sequence[Learner]
    hosts: Sequence[RawClient]
    standings: Standings
    seed: int
    reads: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    """Reads that got no page, by status. Honest, but counted neither as a read nor as right."""
    slowest: float = 0.0
    wrong: int = 0
    violations: list[str] = field(default_factory=list)
    """The first of them."""

    def __post_init__(self) -> None:
        self._draw = random.Random(f"{self.seed}:readers")

    async def run(self, ends: float) -> None:
        while time.monotonic() < ends:
            await self.read()

    async def read(self) -> None:
        """Ask for one page or place, and judge it."""
        draw = self._draw
        kind = draw.choices(("page", "page with token", "own place"), (4, 4, 2))[0]
        asker = None if kind == "page" else draw.choice(self.askers)
        limit = 0 if kind == "own place" else draw.choice(LIMITS)
        floor = self.standings.acknowledged[asker.id] if asker else 0
        path = f"/leaderboard?limit={limit}" if limit else "/leaderboard/me"
        started = time.monotonic()
        try:
            status, body = await draw.choice(self.hosts).get(path, asker.token if asker else None)
        except (OSError, TimeoutError) as error:
            self.refused[type(error).__name__] += 1
            return
        ended = time.monotonic()
        if status != 200:
            self.refused[str(status)] += 1
            if status != 503:
                self._note(f"{path} was answered {status}")
            return
        data = json.loads(body)["data"]
        mine = data["my_rank"]
        reading = Reading(
            started,
            limit,
            [(row["id"], row["rank"], row["xp"]) for row in data.get("top_users", ())],
            asker.id if asker else None,
            floor,
            (mine["rank"], mine["xp"]) if mine else None,
        )
        if asker and not mine:
            self._note(f"{path} told user {asker.id} no place")
        source = data["meta"]["source"]
        self.reads += 1
        self.kinds[kind] += 1
        self.sources[source] += 1
        self.slowest = max(self.slowest, ended - started)
        for problem in self.standings.judge(reading, time.monotonic()):
            self._note(f"{problem} ({source}, {kind})")

    def _note(self, problem: str) -> None:
        self.wrong += 1
        if len(self.violations) < SHOWN:
            self.violations.append(problem)
