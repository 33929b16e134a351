"""Short attacks on awards: everyday use and cheats, stores that are gone or hung, a host that dies around its commits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Literal

from chaos.network.proxy import State
from chaos.schedules.scene import SEED, WHY, Scene
from chaos.target.environment import beside


async def everyday(scene: Scene) -> None:
    """No fault at all: learners at work, two devices at once, retries, cheats."""
    async with scene.promise("calm"):
        await _cheat(scene)
        await _two_devices(scene)
        await asyncio.sleep(scene.seconds)


async def _cheat(scene: Scene) -> None:
    """A better score than answers, a key for another level, other spellings of a level, levels that are locked; and an
    admin who asks for learners that do not exist, more often than there are connections."""
    probes, units = scene.probes, scene.units
    first, other = units[0][0], units[1][0]
    liar, reuser, *spellers = scene.take(10)
    await probes.submit(liar, first, right=0, score=99, total_questions=100)
    await probes.submit(reuser, first, key="mine")
    await probes.submit(reuser, other, key="mine", refuse="the key is another request's")
    for speller in spellers:
        await probes.submit(speller, first)
        for alias in (first.id.upper(), f"{first.id} ", f" {first.id}"):
            await probes.submit(speller, replace(first, id=alias), host=1, refuse="no level is spelt so")
    nobody = range(10**12, 10**12 + 40)
    orders = (probes.admin(scene.admin, "POST", f"{user}/corrections", {"amount": 1} | WHY) for user in nobody)
    await asyncio.gather(*orders)
    locked = scene.take(40)
    await asyncio.gather(
        *(
            probes.submit(learner, units[0][1], host=number % 2, refuse="the level is locked")
            for number, learner in enumerate(locked)
        )
    )


async def _two_devices(scene: Scene) -> None:
    """Learners who pass two levels, and one level twice, at the same instant on two hosts."""

    async def duel(number: int) -> None:
        [learner] = scene.take(1)
        for one, two in zip(scene.units[0::2], scene.units[1::2], strict=False):
            pairs = ((one[0], 0), (two[0], 1), (one[0], 1))
            await asyncio.gather(*(scene.probes.submit(learner, lesson, host=host) for lesson, host in pairs))

    for _ in range(4):
        await asyncio.gather(*(duel(number) for number in range(6)))


async def redis_down(scene: Scene) -> None:
    """Redis is gone for a while: everything goes on, and the board is whole again after it."""
    async with beside(scene.probes.watch_ready(2), scene.probes.watch_pages(2)):
        async with scene.promise("redis"):
            scene.stage.redis.toxics.state = "down"
            earned = scene.take(3)
            for learner in earned:  # and nothing more, which would bring their total to the board by itself
                await scene.probes.submit(learner, scene.units[0][0])
            await asyncio.sleep(2.5)
        scene.stage.calm()
        await asyncio.sleep(1.5)
        for learner in earned:
            await scene.probes.standing(learner, host=1)


async def store_away(scene: Scene, store: Literal["redis", "postgres"], state: State, seconds: float) -> None:
    """A store is gone (`down`), or takes everything and answers nothing (`half_open`): nothing is acknowledged falsely."""
    await asyncio.sleep(1)
    proxy = scene.stage.redis if store == "redis" else scene.stage.postgres
    async with scene.promise(store):
        proxy.toxics.state = state
        await asyncio.sleep(seconds)
    scene.stage.calm()
    await asyncio.sleep(1)


async def crashes(scene: Scene) -> None:
    """A host that dies around its commits, again and again; some of its clients never ask again."""
    points = {"SCOUT_FAILPOINTS": "award_before_commit=kill:0.3;award_after_commit=kill:0.1"}
    lesson = scene.units[0][0]
    for round_ in range(5):
        if not scene.arena.hosts[0].is_alive():
            scene.arena.start(0, points | {SEED: str(round_)})
            await asyncio.to_thread(scene.arena.hosts[0].wait_ready)
        for number, learner in enumerate(scene.take(6)):
            await scene.probes.submit(learner, lesson, key=f"crash-{round_}-{number}")
        await asyncio.sleep(0.2)
