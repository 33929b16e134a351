"""Short attacks on the board: late writes and commits, rebuilds, losses, corrections, a PostgreSQL that goes back in time."""

from __future__ import annotations

import asyncio
import random
import signal
import time

import asyncpg

from chaos.faults.faults import flush
from chaos.load.population import Learner
from chaos.schedules.scene import WHY, Scene
from chaos.target.environment import beside, connected, until
from scout_os.leaderboard.sync.audit import EVERY_SECONDS

BIG = 4_503_599_627_370_000
META = "{leaderboard:training}:meta"
BUILD_META = "{leaderboard:training}:build:meta"
AUDIT_SECONDS = 1.0
"""Longer than a round takes with so few learners."""
COPIED = ("users", "xp_ledger", "user_progress", "activity_days", "idempotency_keys", "board_outbox", "board_state")
SNAPSHOT = f"""
    BEGIN ISOLATION LEVEL REPEATABLE READ;
    CREATE SCHEMA earlier;
    {"".join(f"CREATE TABLE earlier.{table} AS SELECT * FROM {table};" for table in COPIED)}
    COMMIT
"""
GO_BACK = """
    BEGIN;
    SET LOCAL session_replication_role = replica;
    LOCK TABLE board_state, board_outbox, users IN ACCESS EXCLUSIVE MODE;
    UPDATE users u SET total_xp = e.total_xp, board_era = e.board_era, streak = e.streak,
           longest_streak = e.longest_streak, last_active_date = e.last_active_date FROM earlier.users e WHERE e.id = u.id;
    DELETE FROM xp_ledger WHERE id NOT IN (SELECT id FROM earlier.xp_ledger);
    DELETE FROM user_progress; INSERT INTO user_progress SELECT * FROM earlier.user_progress;
    DELETE FROM activity_days; INSERT INTO activity_days SELECT * FROM earlier.activity_days;
    DELETE FROM idempotency_keys; INSERT INTO idempotency_keys SELECT * FROM earlier.idempotency_keys;
    DELETE FROM board_outbox;
    INSERT INTO board_outbox OVERRIDING SYSTEM VALUE SELECT * FROM earlier.board_outbox;
    UPDATE board_state b SET link = e.link, builder = NULL, builder_until = NULL FROM earlier.board_state e WHERE e.id = b.id;
    COMMIT
"""


async def late_writes(scene: Scene) -> None:
    """A host stalls between a commit and the board; meanwhile the learner earns more elsewhere, or is deleted."""
    one, two = scene.units[0][0], scene.units[1][0]
    for number in range(6):
        [learner] = scene.take(1)
        stalled = asyncio.create_task(scene.probes.submit(learner, one))
        await asyncio.sleep(0.2)
        if number % 2:
            await scene.probes.admin(scene.admin, "DELETE", f"{learner.id}", WHY)
            scene.gone.add(learner.id)
        else:
            await scene.probes.submit(learner, two, host=1)
        await stalled
        await asyncio.sleep(0.3)  # any drain under way is done; what is wrong now, only the audit would find
        if learner.id not in scene.gone:
            await scene.probes.standing(learner, host=1)
        elif _shown(scene, learner) is not None:
            scene.note("I10", f"user {learner.id} was deleted, and a late write brought them back to the board")


async def late_commits(scene: Scene) -> None:
    """A transaction commits long after later ones, and its host dies before it tells the board."""
    points = {"SCOUT_FAILPOINTS": "award_before_commit=sleep:0.7;award_after_commit=kill"}
    for number in range(4):
        if number:
            await scene.arena.kill(0)
            scene.arena.start(0, points)
            await asyncio.to_thread(scene.arena.hosts[0].wait_ready)
            await asyncio.sleep(1)  # it stalls as a whole: in its first drain, it would keep the other from draining
        [learner] = scene.take(1)
        await scene.probes.submit(learner, scene.units[0][0], key=f"late-{number}")
        await asyncio.sleep(1.5)  # the other host drains five times a second
        earned, shown = await _earned(scene, learner), _shown(scene, learner)
        if shown != (earned or None):
            scene.note("I10", f"user {learner.id} has {earned} in PostgreSQL, and no drain has made that of {shown}")


async def rebuilds(scene: Scene) -> None:
    """Slow rebuilds on both hosts at once, one after the other, while learners are at work and others read."""
    probes = scene.probes
    async with beside(probes.watch_pages(2), probes.watch_builders(scene.stage.stores.database_url)):
        ends = asyncio.get_running_loop().time() + 2 * scene.seconds
        while asyncio.get_running_loop().time() < ends:
            await asyncio.gather(scene.arena.rebuild(0), scene.arena.rebuild(1))
        await _no_audit_for(12)
        await _award_during_a_rebuild(scene)


async def _award_during_a_rebuild(scene: Scene) -> None:
    """Learners who earn once, and are drained, between a rebuild's snapshot and its swap: whom it loses, nothing mends."""
    async with connected(scene.stage.stores.owner_database_url) as owner:
        for _ in range(5):
            if await _earn_and_drain_before_the_swap(scene, owner):
                return


async def _earn_and_drain_before_the_swap(scene: Scene, owner: asyncpg.Connection[asyncpg.Record]) -> bool:
    before = await _build(scene)
    building = asyncio.create_task(scene.arena.rebuild(0))
    build = await _wait_for_build(scene, building, other_than=before, chunks="1")
    if build is None:
        return False
    learners = scene.take(4)
    # By the other host, because the one that builds stands still.
    await asyncio.gather(*(scene.probes.submit(learner, scene.units[0][0], host=1) for learner in learners))
    waiting = "SELECT FROM board_outbox WHERE user_id = ANY ($1)"
    ids = [learner.id for learner in learners]
    await until(lambda: owner.fetchval(f"SELECT NOT EXISTS ({waiting})", ids), seconds=5)
    in_time = (await _build(scene)).get("token") == build["token"]
    await building
    for learner in learners:  # asked at once, because the audit would find them in the end
        await scene.probes.standing(learner)
    return in_time


async def frozen_builder(scene: Scene) -> None:
    """A builder is frozen before its last step; another takes over, and in the midst of its work the first one goes on."""
    async with beside(scene.probes.watch_pages(2)):
        for _ in range(2):
            await _freeze_one(scene)
            await asyncio.sleep(0.5)


async def _freeze_one(scene: Scene) -> None:
    first = scene.arena.hosts[0]
    before = await _build(scene)
    building = asyncio.create_task(scene.arena.rebuild(0))
    build = await _wait_for_build(scene, building, other_than=before, chunks="3")
    if build is None:
        return
    first.send(signal.SIGSTOP)
    taking_over = asyncio.create_task(scene.arena.rebuild(1))
    await _wait_for_build(scene, taking_over, other_than=build, chunks="1")
    first.send(signal.SIGCONT)
    await asyncio.gather(building, taking_over)


async def _wait_for_build(
    scene: Scene, rebuilding: asyncio.Task[int], *, other_than: dict[str, str], chunks: str
) -> dict[str, str] | None:
    """Another build, when it has so many chunks; None if `rebuilding` ends before."""
    while (build := await _build(scene)).get("token") == other_than.get("token") or build.get("chunks") != chunks:
        await asyncio.sleep(0.005)
        if rebuilding.done():
            return None
    return build


async def losses(scene: Scene) -> None:
    """The board's marker is deleted, half of the set evicted, all flushed."""
    draw = random.Random(1)
    async with beside(scene.probes.watch_pages(2)):
        for _ in range(3):
            with scene.stage.valkey() as valkey:
                valkey.delete(META)
            await asyncio.sleep(1)
        with scene.stage.valkey() as valkey:
            valkey.zremrangebyrank("leaderboard:training", 1200, -1)
        await asyncio.sleep(1)
        await flush(scene.arena, draw)
        await asyncio.sleep(1)


async def corrections(scene: Scene) -> None:
    """Admins correct, delete, suspend and restore, also while Redis refuses; restored learners go on."""
    probes, admin, units = scene.probes, scene.admin, scene.units
    await _no_audit_for(15)
    [rich] = scene.take(1)
    await probes.admin(admin, "POST", f"{rich.id}/corrections", {"amount": BIG + 1} | WHY)
    await probes.submit(rich, units[0][0])
    deleted, restored, refused = scene.take(4), scene.take(4), scene.take(4)
    for learner in [*deleted, *restored, *refused]:
        await probes.submit(learner, units[0][0])
    for learner in deleted:
        await probes.admin(admin, "DELETE", f"{learner.id}", WHY)
        scene.gone.add(learner.id)
    for learner in restored:
        await probes.admin(admin, "PUT", f"{learner.id}/suspension", WHY)
        await probes.admin(admin, "DELETE", f"{learner.id}/suspension", WHY)
    await asyncio.sleep(0.5)
    for unit in units[1:5]:
        for learner in restored:
            await probes.submit(learner, unit[0])
            await probes.standing(learner)
    await asyncio.sleep(1.2)  # what was read just before a fault may be late
    async with scene.promise("redis"):
        scene.stage.refusals.probability = 1.0
        for learner in refused:
            await probes.admin(admin, "PUT", f"{learner.id}/suspension", WHY)
        await asyncio.sleep(0.3)
        scene.stage.calm()
    await asyncio.sleep(2)  # whatever was to be rebuilt has been: from here on a wrong place stays wrong
    for learner in scene.take(4):
        await probes.submit(learner, units[0][0])
        await probes.admin(admin, "DELETE", f"{learner.id}", WHY)
        scene.gone.add(learner.id)


async def postgres_goes_back(scene: Scene) -> None:
    """PostgreSQL is restored to what it was some seconds ago."""
    scene.forget = True
    async with connected(scene.stage.stores.owner_database_url) as owner:
        await asyncio.sleep(0.5)
        await owner.execute(SNAPSHOT)
        await asyncio.sleep(scene.seconds)
        await scene.load.pause()
        await asyncio.sleep(1)
        await _no_audit_for(12)
        await owner.execute(GO_BACK)


async def _no_audit_for(seconds: float) -> None:
    """Wait, if one is due before then, which is when the verdict is known: it would mend what should not have needed it."""
    since = time.time() % EVERY_SECONDS  # it begins at multiples of this on the wall clock
    if not AUDIT_SECONDS < since < EVERY_SECONDS - seconds:
        await asyncio.sleep((AUDIT_SECONDS - since) % EVERY_SECONDS)


def _shown(scene: Scene, learner: Learner) -> int | None:
    """The learner's XP on the board; None: not on it."""
    with scene.stage.valkey() as valkey:
        score = valkey.zscore("leaderboard:training", str(learner.id))
    return None if score is None else int(score)


async def _earned(scene: Scene, learner: Learner) -> int:
    async with connected(scene.stage.stores.owner_database_url) as owner:
        total: int = await owner.fetchval("SELECT total_xp FROM users WHERE id = $1", learner.id)
    return total


async def _build(scene: Scene) -> dict[str, str]:
    def read() -> dict[str, str]:
        with scene.stage.valkey() as valkey:
            return dict(valkey.hgetall(BUILD_META))

    return await asyncio.to_thread(read)
