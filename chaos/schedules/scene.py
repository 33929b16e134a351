"""One short attack on an installation of its own, and its verdict. The attacks themselves are in `schedules.py`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from chaos.check.board import heals
from chaos.check.history import Recorder
from chaos.check.invariants import Violation
from chaos.check.judge import check_everything, watching
from chaos.faults.arena import Arena
from chaos.load.learners import Habits, Load
from chaos.load.population import Learner, Lesson, Population
from chaos.load.probes import Probes
from chaos.target.hosts import forks
from chaos.target.stage import Stage

PLAYERS = 8
PROBES = 120
"""So many learners at the end of the population are left to the probes."""
BEGIN_SECONDS = 20.0
RECOVER_SECONDS = 10.0
SEED = "SCOUT_FAILPOINTS_SEED"
WHY = {"reason": "an attack"}


@dataclass
class Scene:
    arena: Arena
    probes: Probes
    load: Load
    admin: Learner
    learners: list[Learner]
    """For the probes alone; `take` hands them out."""
    units: list[list[Lesson]]
    seconds: float
    gone: set[int] = field(default_factory=set)
    """Learners that were deleted."""
    found: list[str] = field(default_factory=list)
    """Violations that the schedule itself has seen, because the audit would mend them before the end."""
    forget: bool = False
    """What clients were told does not count: PostgreSQL itself went back."""

    @property
    def stage(self) -> Stage:
        return self.arena.stage

    def note(self, invariant: str, what: str) -> None:
        self.found.append(str(Violation(invariant, what)))

    def take(self, number: int) -> list[Learner]:
        taken, self.learners = self.learners[:number], self.learners[number:]
        return taken

    @asynccontextmanager
    async def promise(self, kind: str) -> AsyncIterator[None]:
        """A time of which the judge knows what it may ask."""
        recorder = self.probes.recorder
        process = -2 if kind == "calm" else -1
        if kind != "calm":
            recorder.record(-3, "fault", "invoke", {"faults": [kind]})
        recorder.record(process, "promise", "invoke", {"kind": kind})
        try:
            yield
        finally:
            recorder.record(process, "promise", "ok", {})
            if kind != "calm":
                recorder.record(-3, "fault", "ok", {})


@dataclass(frozen=True)
class Schedule:
    """A script, and the failpoints of the hosts it begins with."""

    run: Callable[[Scene], Awaitable[None]]
    failpoints: tuple[str, str] = ("", "")
    plays_on: tuple[int, ...] = (0, 1)
    """Hosts that the load uses."""
    watched: bool = True


async def play(
    schedule: Schedule, stage: Stage, population: Population, directory: Path, *, seconds: float
) -> list[str]:
    """Play it on stores that are fresh, and judge it."""
    database, redis = stage.stores.reader_database_url, stage.stores.redis_url
    with forks(directory) as fork:
        arena = Arena(stage, population.learners[0], [fork.start] * len(schedule.failpoints))
        recorder = Recorder(directory / "history.jsonl")
        watched: AbstractAsyncContextManager[list[str]] = watching(database, redis, seconds=120)
        async with watched if schedule.watched else nullcontext(list[str]()) as seen:
            scene = await _open(schedule, arena, population, recorder, seconds)
            async with scene.load.playing():
                await asyncio.sleep(0.3)
                await schedule.run(scene)
            await scene.probes.close()
            recorder.close()
            found = scene.found + await _recover(arena)
        api = None if found else arena.urls[1]
        tokens = {user: token for user, token in population.tokens.items() if user not in scene.gone}
        history = None if scene.forget else recorder.path
        found += seen + await check_everything(database, redis, api=api, tokens=tokens, history=history)
        await arena.close()
    return found


async def _open(schedule: Schedule, arena: Arena, population: Population, recorder: Recorder, seconds: float) -> Scene:
    failing = [{"SCOUT_FAILPOINTS": points, SEED: str(number)} for number, points in enumerate(schedule.failpoints)]
    await arena.open([extra if extra["SCOUT_FAILPOINTS"] else {} for extra in failing])
    ready = await heals(arena.stage.stores.reader_database_url, arena.stage.stores.redis_url, BEGIN_SECONDS)
    assert ready is not None, "there was no board to begin with"
    admin, *learners = population.learners
    urls = arena.urls if len(schedule.plays_on) > 1 else [arena.urls[number] for number in schedule.plays_on]
    playing = Population(learners[:-PROBES], population.units)
    load = Load(playing, urls, recorder, seed=1, players=PLAYERS, habits=Habits(think_seconds=0.15))
    probes = Probes(arena.urls, recorder)
    return Scene(arena, probes, load, admin, learners[-PROBES:], population.units, seconds)


async def _recover(arena: Arena) -> list[str]:
    """End all trouble and start hosts that died; which hosts do not come back by themselves."""
    arena.stage.calm()
    for number, host in enumerate(arena.hosts):
        if not host.is_alive():
            arena.start(number)
    for number, host in enumerate(arena.hosts):
        if not await asyncio.to_thread(host.wait_ready, RECOVER_SECONDS):
            return [str(Violation("L2", f"host {number} is not ready {RECOVER_SECONDS:.0f} s after the last fault"))]
    return []
