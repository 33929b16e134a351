"""What is interleaved: pairs of submissions, corrections, deletions, drains and rebuilds that meet at one learner."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from redis.asyncio import Redis

from chaos.check.board import check_members, read_members
from chaos.check.truth import check_always, check_rest
from scout_os.core.problems import Unauthenticated
from scout_os.core.store_urls import StoreUrls
from scout_os.moderation.models import Actor, Order
from scout_os.training.models import Written
from scout_os.training.schemas import SubmitBody
from scout_os.wiring import Services, open_services
from tests.chaos.interleaving import FastPath, Session, SteppedBoard, SteppedDatabase, play
from tests.chaos.world import EMPTY
from tests.service import Truth, attempt, settings_for, shown_token

LEVEL, REWARD = "puk_u1_l1", 10
BEFORE = 100
"""XP from before."""
BATCH = 50
"""So many plays until everything is emptied: the learners of earlier ones stand around meanwhile."""
ARRIVE = """
    WITH learner AS (
        INSERT INTO users (username, name, total_xp) VALUES ($1, 'Learner', $2) RETURNING id
    ), ledger AS (
        INSERT INTO xp_ledger (user_id, source, amount, submission_id, actor, reason)
        SELECT id, 'correction:' || gen_random_uuid(), $2, gen_random_uuid(), 'cli', 'from before' FROM learner
    ), queued AS (
        INSERT INTO board_outbox (user_id) SELECT id FROM learner
    )
    SELECT id FROM learner
"""
DRAIN = ("SELECT link", "SELECT board_identity", "COMMIT;")
"""What joins the step before, so that a drain has five: link, outbox, registers, Redis, commit."""
REBUILD = ("REPEATABLE READ", "add_chunk", "FOR UPDATE", "SET link")
"""What begins the second to fifth step of a rebuild: the snapshot, the filling, the swap, its commit."""


@dataclass
class Scene:
    """Sessions that are about to meet, and what must have come of it, whatever the order."""

    sessions: list[Session]
    judge: Callable[[], Awaitable[None]]


class Cast:
    """Three workers of the service over one pair of stores, without their background jobs."""

    def __init__(self, workers: list[Services], control: Truth, redis: Redis) -> None:
        self.workers = workers
        self.control = control
        self._redis = redis
        self._plays = 0
        self._fast_path: FastPath = "in turn"

    async def perform(
        self, scene: Callable[[Cast], Awaitable[Scene]], order: tuple[int, ...], fast_path: FastPath
    ) -> tuple[tuple[int, str], ...]:
        """Play the scene in this order and judge it; the steps as they were taken."""
        if self._plays % BATCH == 0:
            await self._redis.flushall()
            await self.control.execute(EMPTY)
            assert await self.drain() == "absent"
        self._plays += 1
        self._fast_path = fast_path
        ready = await scene(self)
        taken = await play(self.control, ready.sessions, order)
        await ready.judge()
        assert await self.drain() == "merged"  # with a rebuild instead, nobody would miss what a drain skipped
        found = [*await check_rest(self.control), *await check_always(self.control)]
        assert found + await check_members(self.control, self._redis) == []
        for write in [write for session in ready.sessions for write in session.late]:
            await write()
            assert await check_members(self.control, self._redis) == [], "a late write did harm"
        return taken

    async def drain(self) -> str | None:
        """Outside all sessions."""
        relay = self.workers[0].relay
        relay.wake()
        return await relay.step()

    async def arrive(self, *, waiting: bool = False) -> int:
        """A learner with XP from before; `waiting`: whose place no drain has brought to the board yet."""
        learner: int = await self.control.fetchval(ARRIVE, f"learner{uuid4().hex}", BEFORE)
        if not waiting:
            await self.drain()
        return learner

    async def scores(self) -> dict[int, int]:
        """The board in Redis."""
        return dict(await read_members(self._redis))

    async def total(self, learner: int) -> int:
        total: int = await self.control.fetchval("SELECT total_xp FROM users WHERE id = $1", learner)
        return total

    async def traces(self, learner: int) -> int:
        """How much there is of a learner beside the ledger."""
        tables = ("user_progress", "activity_days", "idempotency_keys")
        counts = " + ".join(f"(SELECT count(*) FROM {table} WHERE user_id = $1)" for table in tables)
        count: int = await self.control.fetchval(f"SELECT {counts}", learner)
        return count

    def submit(self, worker: int, learner: int, key: str, *, level: str = LEVEL) -> Session:
        """A submission that passes, in three steps: award, commit, fast path.

        Five where somebody holds the learner's row: an award without the learner, its commit, the lock with the award, ...
        """
        service = self.workers[worker].training
        body = SubmitBody.model_validate(attempt(level, 5))
        return Session(lambda: service.submit(shown_token(learner), body, key), fast_path=self._fast_path)

    def correct(self, worker: int, learner: int, amount: int) -> Session:
        """In five steps: lock, earlier booking, booking, commit, fast path."""
        service = self.workers[worker].moderation
        order = Order(uuid4(), learner, amount, "a test", Actor())
        return Session(lambda: service.correct(order), fast_path=self._fast_path)

    async def delete(self, worker: int, learner: int) -> Session:
        """As the command line does it, in five steps: id, lock, deletion, commit, fast path."""
        service = self.workers[worker].moderation
        username = await self.control.fetchval("SELECT username FROM users WHERE id = $1", learner)

        async def find_and_delete() -> None:
            await service.delete(await service.get_id(username), actor=Actor(), reason="a test")

        return Session(find_and_delete, fast_path=self._fast_path)

    def drains(self, worker: int, joins: Sequence[str] = DRAIN) -> Session:
        relay = self.workers[worker].relay
        relay.wake()
        return Session(relay.step, joins=joins)

    def rebuild(self, worker: int, only: Sequence[str] = REBUILD) -> Session:
        return Session(self.workers[worker].leaderboard.rebuild, only=only)


@asynccontextmanager
async def cast(stores: StoreUrls, directory: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cast]:
    """Three workers, wired as in service, on connections that can be held."""
    monkeypatch.setattr("scout_os.wiring.Database", SteppedDatabase)
    monkeypatch.setattr("scout_os.wiring.RedisBoard", SteppedBoard)
    settings = settings_for(directory, log_level="ERROR")
    control = await asyncpg.connect(stores.owner_database_url)
    redis = Redis.from_url(stores.redis_url, decode_responses=True)
    async with AsyncExitStack() as stack:
        workers = [await stack.enter_async_context(open_services(settings, stores)) for _ in range(3)]
        for worker in workers:
            await worker.library.refresh()
        yield Cast(workers, control, redis)
    await redis.aclose()
    await control.close()


LOWER = -60
LEVELS = ("puk_u1_l1", "puk_u2_l1")
DRAIN_IN_FOUR = (*DRAIN, "DELETE FROM board_outbox")
REBUILD_IN_FOUR = tuple(step for step in REBUILD if step != "add_chunk")


async def two_devices(actors: Cast) -> Scene:
    """One level under two keys: one is paid."""
    learner = await actors.arrive()
    sessions = [actors.submit(0, learner, "phone"), actors.submit(1, learner, "tablet")]

    async def judge() -> None:
        assert sorted(earned(session) for session in sessions) == [0, REWARD]
        assert await actors.total(learner) == BEFORE + REWARD

    return Scene(sessions, judge)


async def two_levels(actors: Cast) -> Scene:
    """Both pay, and the lower total of the two never stays on the board."""
    learner = await actors.arrive()
    sessions = [actors.submit(worker, learner, level, level=level) for worker, level in enumerate(LEVELS)]

    async def judge() -> None:
        assert [earned(session) for session in sessions] == [REWARD, REWARD]
        assert await actors.total(learner) == BEFORE + 2 * REWARD

    return Scene(sessions, judge)


async def one_key(actors: Cast) -> Scene:
    """One request twice: one answer, byte for byte."""
    learner = await actors.arrive()
    sessions = [actors.submit(0, learner, "same"), actors.submit(1, learner, "same")]

    async def judge() -> None:
        answers = [session.result for session in sessions]
        assert answers[0].answer == answers[1].answer
        assert sorted(answer.replayed for answer in answers) == [False, True]
        assert await actors.total(learner) == BEFORE + REWARD

    return Scene(sessions, judge)


async def submit_and_correct(actors: Cast) -> Scene:
    """Both count, and a late write of the award does not undo the correction on the board."""
    learner = await actors.arrive()
    submit, correct = actors.submit(0, learner, "key"), actors.correct(1, learner, LOWER)

    async def judge() -> None:
        assert earned(submit) == REWARD
        assert correct.result.total_xp in (BEFORE + LOWER, BEFORE + REWARD + LOWER)
        assert await actors.total(learner) == BEFORE + REWARD + LOWER

    return Scene([submit, correct], judge)


async def submit_and_delete(actors: Cast) -> Scene:
    """The submission was first, and is on the ledger, or is refused; either way nothing is left of the learner."""
    learner = await actors.arrive()
    submit, delete = actors.submit(0, learner, "key"), await actors.delete(1, learner)

    async def judge() -> None:
        assert delete.result is None
        refused = isinstance(submit.result, Unauthenticated)
        assert refused or earned(submit) == REWARD
        assert await actors.total(learner) == BEFORE + (0 if refused else REWARD)
        assert await actors.traces(learner) == 0

    return Scene([submit, delete], judge)


async def submit_and_rebuild(actors: Cast) -> Scene:
    """The snapshot may be older than the award; the board that is swapped in is not."""
    learner = await actors.arrive()
    submit, rebuild = actors.submit(0, learner, "key"), actors.rebuild(1)

    async def judge() -> None:
        assert earned(submit) == REWARD
        assert rebuild.result >= 1

    return Scene([submit, rebuild], judge)


async def drain_and_drain(actors: Cast) -> Scene:
    """Two workers drain: what one has in hand the other leaves alone, and neither breaks the chain."""
    for _ in range(2):
        await actors.arrive(waiting=True)
    sessions = [actors.drains(0), actors.drains(1)]

    async def judge() -> None:
        assert {session.result for session in sessions} <= {"merged", None}
        assert any(session.result for session in sessions)

    return Scene(sessions, judge)


async def submit_and_drain(actors: Cast) -> Scene:
    """A drain that has read the learner's old total, or not seen the new row, leaves the rest for the next."""
    learner = await actors.arrive(waiting=True)
    submit, drain = actors.submit(0, learner, "key"), actors.drains(1)

    async def judge() -> None:
        assert earned(submit) == REWARD
        assert drain.result == "merged"

    return Scene([submit, drain], judge)


async def correct_and_drain(actors: Cast) -> Scene:
    """A drain that has read the total of before the correction does not bring it back."""
    learner = await actors.arrive(waiting=True)
    correct, drain = actors.correct(0, learner, LOWER), actors.drains(1)

    async def judge() -> None:
        assert (correct.result.total_xp, drain.result) == (BEFORE + LOWER, "merged")

    return Scene([correct, drain], judge)


async def drain_and_rebuild(actors: Cast) -> Scene:
    """What a drain brings while the build is filled is in both, and the chain reaches the board that is swapped in."""
    await actors.arrive(waiting=True)
    drain, rebuild = actors.drains(0), actors.rebuild(1)

    async def judge() -> None:
        assert drain.result in ("merged", None)
        assert rebuild.result >= 1

    return Scene([drain, rebuild], judge)


async def two_submits_and_a_drain(actors: Cast) -> Scene:
    """Of two learners, while a third waits: whichever commits last, no drain passes it over."""
    await actors.arrive(waiting=True)
    learners = [await actors.arrive() for _ in range(2)]
    submits = [actors.submit(worker, learner, "key") for worker, learner in enumerate(learners)]
    drain = actors.drains(2, DRAIN_IN_FOUR)

    async def judge() -> None:
        assert [earned(session) for session in submits] == [REWARD, REWARD]
        assert drain.result == "merged"

    return Scene([*submits, drain], judge)


async def submit_drain_and_rebuild(actors: Cast) -> Scene:
    """What is committed after the snapshot and drained before the swap is on the board that is swapped in."""
    learner = await actors.arrive()
    await actors.arrive(waiting=True)
    submit = actors.submit(0, learner, "key")
    drain, rebuild = actors.drains(1, DRAIN_IN_FOUR), actors.rebuild(2, REBUILD_IN_FOUR)

    async def judge() -> None:
        assert earned(submit) == REWARD
        assert drain.result in ("merged", None)
        assert rebuild.result >= 1

    return Scene([submit, drain, rebuild], judge)


PAIRS = [
    two_devices,
    two_levels,
    one_key,
    submit_and_correct,
    submit_and_delete,
    submit_and_rebuild,
    drain_and_drain,
    submit_and_drain,
    correct_and_drain,
    drain_and_rebuild,
]
TRIOS = [two_submits_and_a_drain, submit_drain_and_rebuild]


def earned(session: Session) -> int:
    """What a submission was told to have earned."""
    result = session.result
    assert isinstance(result, Written), repr(result)
    paid: int = json.loads(result.answer)["xp_earned"]
    return paid
