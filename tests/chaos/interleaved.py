"""What is interleaved: pairs of submissions, corrections, deletions, drains and rebuilds that meet at one learner."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from redis.asyncio import Redis

from chaos.check.board import check_members, read_members
from chaos.check.truth import check_always, check_rest
from scout_os.core.problems import Unauthenticated
from scout_os.moderation.models import Actor, Order, Place
from scout_os.training.models import Written
from scout_os.training.schemas import SubmitBody
from scout_os.wiring import Services
from tests.chaos.interleaving import FastPath, Session, play
from tests.chaos.world import EMPTY
from tests.service import Truth, attempt, shown_token

LEVEL = "puk_u1_l1"
"""It pays 10."""
BEFORE, LOWER = 100, -60
"""XP from before, and a correction."""
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
DRAIN_IN_FOUR = (*DRAIN, "DELETE FROM board_outbox")
REBUILD_IN_FOUR = tuple(step for step in REBUILD if step != "add_chunk")
TOTAL = "SELECT total_xp FROM users WHERE id = $1"
TRACES = """
    SELECT count(*) FROM (
        SELECT user_id FROM user_progress
        UNION ALL SELECT user_id FROM activity_days
        UNION ALL SELECT user_id FROM idempotency_keys
    ) traces JOIN users ON id = user_id AND NOT is_active
"""
"""What there is of deleted learners beside the ledger."""


@dataclass(frozen=True)
class Scene:
    """Sessions that are about to meet, and what must come of it, whatever the order."""

    sessions: Callable[[Cast], list[Session]]
    outcomes: Mapping[tuple[object, ...], int]
    """What the sessions may be told, and the first learner's total then."""
    learners: int = 1
    waiting: int = 0
    """So many learners more have a place that no drain has brought to the board yet."""


class Cast:
    """Three workers of the service over one pair of stores, without their background jobs."""

    def __init__(self, workers: list[Services], control: Truth, redis: Redis) -> None:
        self.workers = workers
        self.control = control
        self.learners: list[tuple[int, str]] = []
        """Ids and usernames, those that wait last."""
        self._redis = redis
        self._plays = 0
        self._fast_path: FastPath = "in turn"

    async def perform(self, scene: Scene, order: tuple[int, ...], fast_path: FastPath) -> None:
        """Play the scene in this order and judge it."""
        if self._plays % BATCH == 0:
            await self._redis.flushall()
            await self.control.execute(EMPTY)
            assert await self.drain() == "absent"
        self._plays += 1
        self._fast_path = fast_path
        self.learners = [await self.arrive() for _ in range(scene.learners)]
        if scene.learners:
            assert await self.drain() == "merged"
        self.learners += [await self.arrive() for _ in range(scene.waiting)]
        sessions = scene.sessions(self)
        await play(self.control, sessions, order)
        outcome = tuple(told(session.result) for session in sessions)
        assert outcome in scene.outcomes
        assert await self.control.fetchval(TOTAL, self.learners[0][0]) == scene.outcomes[outcome]
        answers = [session.result for session in sessions if isinstance(session.result, Written)]
        if "replayed" in outcome:
            assert len({written.answer for written in answers}) == 1
        assert await self.control.fetchval(TRACES) == 0
        assert await self.drain() == "merged"  # with a rebuild instead, nobody would miss what a drain skipped
        found = [*await check_rest(self.control), *await check_always(self.control)]
        assert found + await check_members(self.control, self._redis) == []
        for write in [write for session in sessions for write in session.late]:
            await write()
            assert await check_members(self.control, self._redis) == [], "a late write did harm"

    async def drain(self) -> str | None:
        """Outside all sessions."""
        relay = self.workers[0].relay
        relay.wake()
        return await relay.step()

    async def arrive(self) -> tuple[int, str]:
        """A learner with XP from before: id and username."""
        username = f"learner{uuid4().hex}"
        return await self.control.fetchval(ARRIVE, username, BEFORE), username

    async def scores(self) -> tuple[int, ...]:
        """The scene's learners' scores in Redis."""
        scores = dict(await read_members(self._redis))
        return tuple(scores[learner] for learner, _ in self.learners)

    def submit(self, worker: int, key: str = "key", *, learner: int = 0, level: str = LEVEL) -> Session:
        """A submission that passes, in three steps: award, commit, fast path.

        Five where somebody holds the learner's row: an award without the learner, its commit, the lock with the award, ...
        """
        service = self.workers[worker].training
        token = shown_token(self.learners[learner][0])
        body = SubmitBody.model_validate(attempt(level, 5))
        return Session(lambda: service.submit(token, body, key), fast_path=self._fast_path)

    def correct(self, worker: int) -> Session:
        """In five steps: lock, earlier booking, booking, commit, fast path."""
        service = self.workers[worker].moderation
        order = Order(uuid4(), self.learners[0][0], LOWER, "a test", Actor())
        return Session(lambda: service.correct(order), fast_path=self._fast_path)

    def delete(self, worker: int) -> Session:
        """As the command line does it, in five steps: id, lock, deletion, commit, fast path."""
        service = self.workers[worker].moderation
        username = self.learners[0][1]

        async def find_and_delete() -> None:
            await service.delete(await service.get_id(username), actor=Actor(), reason="a test")

        return Session(find_and_delete, fast_path=self._fast_path)

    def drains(self, worker: int, joins: Sequence[str] = DRAIN) -> Session:
        relay = self.workers[worker].relay
        relay.wake()
        return Session(relay.step, joins=joins)

    def rebuild(self, worker: int, only: Sequence[str] = REBUILD) -> Session:
        return Session(self.workers[worker].leaderboard.rebuild, only=only)


def told(result: Any) -> object:
    """What a session was told: XP earned, the corrected total, whether it was drained or rebuilt, or why not."""
    match result:
        case Written(replayed=True):
            return "replayed"
        case Written():
            return json.loads(result.answer)["xp_earned"]
        case Unauthenticated():
            return "refused"
        case int():
            return "rebuilt" if result >= 1 else result
        case Place():
            return result.total_xp
    return result


PAIRS = {
    "two devices, one level": Scene(
        lambda cast: [cast.submit(0, "phone"), cast.submit(1, "tablet")],
        {(0, 10): 110, (10, 0): 110},
    ),
    "two levels": Scene(
        lambda cast: [cast.submit(0, "one"), cast.submit(1, "other", level="puk_u2_l1")],
        {(10, 10): 120},
    ),
    "one key": Scene(
        lambda cast: [cast.submit(0, "same"), cast.submit(1, "same")],
        {("replayed", 10): 110, (10, "replayed"): 110},
    ),
    "submission and correction": Scene(
        lambda cast: [cast.submit(0), cast.correct(1)],
        {(10, 40): 50, (10, 50): 50},
    ),
    "submission and deletion": Scene(
        lambda cast: [cast.submit(0), cast.delete(1)],
        {(10, None): 110, ("refused", None): 100},
    ),
    "submission and rebuild": Scene(
        lambda cast: [cast.submit(0), cast.rebuild(1)],
        {(10, "rebuilt"): 110},
    ),
    "two drains": Scene(
        lambda cast: [cast.drains(0), cast.drains(1)],
        {("merged", None): 100, (None, "merged"): 100, ("merged", "merged"): 100},
        learners=0,
        waiting=2,
    ),
    "submission and drain": Scene(
        lambda cast: [cast.submit(0), cast.drains(1)],
        {(10, "merged"): 110},
        learners=0,
        waiting=1,
    ),
    "correction and drain": Scene(
        lambda cast: [cast.correct(0), cast.drains(1)],
        {(40, "merged"): 40},
        learners=0,
        waiting=1,
    ),
    "drain and rebuild": Scene(
        lambda cast: [cast.drains(0), cast.rebuild(1)],
        {("merged", "rebuilt"): 100, (None, "rebuilt"): 100},
        learners=0,
        waiting=1,
    ),
}
SUBMIT_DRAIN_AND_REBUILD = Scene(
    lambda cast: [cast.submit(0), cast.drains(1, DRAIN_IN_FOUR), cast.rebuild(2, REBUILD_IN_FOUR)],
    {(10, "merged", "rebuilt"): 110, (10, None, "rebuilt"): 110},
    waiting=1,
)
TRIOS = {
    "two submissions and a drain": Scene(
        lambda cast: [cast.submit(0), cast.submit(1, learner=1), cast.drains(2, DRAIN_IN_FOUR)],
        {(10, 10, "merged"): 110},
        learners=2,
        waiting=1,
    ),
    "submission, drain and rebuild": SUBMIT_DRAIN_AND_REBUILD,
}
OVERTAKEN = Scene(
    lambda cast: [
        cast.submit(0),
        cast.submit(1, learner=1),
        cast.drains(2),
        Session(cast.scores),
        Session(cast.scores),
    ],
    {(10, 10, "merged", (100, 110), (100, 110)): 110},
    learners=2,
)
"""The board is looked at twice: once it is drained, and once the first award is committed."""
