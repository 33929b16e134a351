"""Short attacks, each on one weak place: for planted bugs, and for whoever wants to see one kind of trouble alone.

    python -m chaos.schedules NAME --stores FILE --population FILE --directory DIR [--seconds N] [--tree DIR]

Prints a JSON array of the violations. Exit code 0: none. 1: some. 2: the schedule could not be played.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import scout_os
from chaos import board_schedules as board
from chaos.load import Population
from chaos.scene import SEED, Scene, Schedule, play
from chaos.stage import staged
from scout_os.core.store_urls import StoreUrls

HUNG_SECONDS = 6.5


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
    orders = (probes.admin(scene.admin, "POST", f"{user}/corrections", {"amount": 1} | board.WHY) for user in nobody)
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
    async with scene.beside(scene.probes.watch_ready(2), scene.probes.watch_pages(2)):
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


async def redis_hung(scene: Scene) -> None:
    """Redis takes everything and answers nothing."""
    async with scene.promise("redis"):
        scene.stage.redis.toxics.state = "half_open"
        await asyncio.sleep(HUNG_SECONDS)
    scene.stage.calm()


async def postgres_down(scene: Scene) -> None:
    """PostgreSQL is gone for a while: honest refusals, nothing acknowledged."""
    await asyncio.sleep(1)
    async with scene.promise("postgres"):
        scene.stage.postgres.toxics.state = "down"
        await asyncio.sleep(2)
    scene.stage.calm()
    await asyncio.sleep(1)


async def postgres_hung(scene: Scene) -> None:
    """PostgreSQL takes everything and answers nothing."""
    async with scene.promise("postgres"):
        scene.stage.postgres.toxics.state = "half_open"
        await asyncio.sleep(HUNG_SECONDS)
    scene.stage.calm()


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


_SLOW_BUILD = "rebuild_begun=sleep:0.1;rebuild_filling=sleep:0.3"  # longer than the pause between two drains
SCHEDULES = {
    "everyday": Schedule(everyday),
    "redis-down": Schedule(redis_down),
    "redis-hung": Schedule(redis_hung),
    "postgres-down": Schedule(postgres_down),
    "postgres-hung": Schedule(postgres_hung),
    "crashes": Schedule(crashes, ("award_before_commit=kill:0.3;award_after_commit=kill:0.1", "")),
    "late-writes": Schedule(board.late_writes, ("award_after_commit=sleep:1.5", ""), plays_on=(1,)),
    "late-commits": Schedule(
        board.late_commits, ("award_before_commit=sleep:0.7;award_after_commit=kill", ""), plays_on=(1,)
    ),
    "rebuilds": Schedule(board.rebuilds, (_SLOW_BUILD, _SLOW_BUILD)),
    "frozen-builder": Schedule(
        board.frozen_builder, ("rebuild_filling=sleep:0.3", "rebuild_filling=sleep:0.6"), plays_on=(1,)
    ),
    "losses": Schedule(board.losses),
    "corrections": Schedule(board.corrections),
    "postgres-goes-back": Schedule(board.postgres_goes_back, watched=False),
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m chaos.schedules",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", choices=sorted(SCHEDULES))
    parser.add_argument("--stores", type=Path, required=True, help="the stores' addresses as JSON")
    parser.add_argument("--population", type=Path, required=True)
    parser.add_argument("--directory", type=Path, required=True, help="for the history and logs")
    parser.add_argument(
        "--seconds", type=float, default=3.0, help="of learners at work, where the schedule leaves it open"
    )
    parser.add_argument("--tree", type=Path, default=None, help="refuse to run any other code than this tree's")
    chosen = parser.parse_args(arguments)
    if chosen.tree is not None and not Path(scout_os.__file__ or "").is_relative_to(chosen.tree):
        sys.stderr.write(f"this is the code of {scout_os.__file__}\n")
        return 2
    stores = StoreUrls(**json.loads(chosen.stores.read_text()))
    with staged(stores, seed=1) as stage:
        playing = play(
            SCHEDULES[chosen.name],
            stage,
            Population.load(chosen.population),
            chosen.directory,
            seconds=chosen.seconds,
        )
        found = asyncio.run(playing)
    sys.stdout.write(json.dumps(found) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
