"""Group commit: submissions that come together are committed together, and none of them can harm another."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from scout_os.core.bulkhead import Overloaded
from scout_os.core.postgres import Database
from scout_os.core.problems import KeyReused, Unauthenticated, Unavailable
from scout_os.core.store_urls import StoreUrls
from scout_os.training.group_commit import OWN_WAITING, WAITING, GroupCommit
from scout_os.training.judging import Verdict, answer_format
from scout_os.training.library import Library
from scout_os.training.models import Outcome, ScoreChange, Submission, Written
from scout_os.training.problems import LevelLocked
from scout_os.training.repository import TrainingRepository
from tests.service import Truth, add_learners, until

MANY = 60
NEXT_LEVEL = "puk_u1_l2"
ALMOST_TOO_RICH = 2**53 - 5


class CountingRepository(TrainingRepository):
    """The real one; remembers how many submissions each batch had."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.batches: list[int] = []

    async def write(self, submissions: Sequence[Submission]) -> dict[int, Outcome]:
        self.batches.append(len(submissions))
        return await super().write(submissions)


class RecordingBoard:
    """A board that is told of changes and remembers them."""

    def __init__(self) -> None:
        self.told: list[ScoreChange] = []

    async def update_scores(self, changes: Sequence[ScoreChange]) -> None:
        self.told += changes


class Desk:
    """A group commit over a real database, and what it takes to use it."""

    def __init__(self, database: Database, library: Library) -> None:
        self.repository = CountingRepository(database)
        self.board = RecordingBoard()
        self.group_commit = GroupCommit(repository=self.repository, board=self.board)
        self.library = library

    def submission(
        self, user_id: int, level_id: str = "puk_u1_l1", *, correct: int = 5, key: str | None = None
    ) -> Submission:
        level = self.library.get_level(level_id)
        verdict = Verdict(correct, correct, 5, None)
        return Submission(
            submission_id=uuid4(),
            at=datetime.now(UTC),
            user_id=user_id,
            level=level,
            passed=correct >= level.min_correct,
            correct_answers=correct,
            score=correct,
            total_questions=5,
            time_spent_seconds=0,
            idempotency_key=key,
            fingerprint=f"{level_id} {correct}".encode() if key else None,
            answer_format=answer_format(level, verdict, None),
        )

    async def write(
        self, user_id: int, level_id: str = "puk_u1_l1", *, correct: int = 5, key: str | None = None
    ) -> Written:
        return await self.group_commit.write(self.submission(user_id, level_id, correct=correct, key=key))


@pytest.fixture
async def desk(packed_stores: StoreUrls) -> AsyncIterator[Desk]:
    database = await Database.open(packed_stores.database_url)
    library = Library(database)
    await library.refresh()
    opened = Desk(database, library)
    yield opened
    await opened.group_commit.close()
    await database.close()


def told(written: Written) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(written.answer)
    return answer


async def test_a_lone_submission_waits_for_nobody(desk: Desk, learner: int) -> None:
    """One submission is one batch at once, and its answer says what was paid."""
    answer = told(await desk.write(learner))
    assert (answer["status"], answer["xp_earned"], answer["total_xp"], answer["streak"]) == ("COMPLETED", 10, 10, 1)
    assert desk.repository.batches == [1]


async def test_submissions_that_come_together_share_commits(desk: Desk, truth: Truth) -> None:
    """Sixty learners at once take a few commits; each gets their own answer, and the board hears of each once."""
    learners = await add_learners(truth, MANY)
    before = await committed(truth)
    answers = await asyncio.gather(
        *(desk.write(learner, correct=5 if n % 2 else 1) for n, learner in enumerate(learners))
    )
    assert [told(answer)["xp_earned"] for answer in answers] == [0, 10] * (MANY // 2)
    assert sum(desk.repository.batches) == MANY
    assert len(desk.repository.batches) <= MANY // 10
    assert sorted(change.user_id for change in desk.board.told) == learners
    assert await committed(truth) - before < MANY


async def test_a_batch_holds_one_submission_of_a_learner(desk: Desk, truth: Truth) -> None:
    """A learner's own submissions are written one after the other, in order, while others' share each commit."""
    learners = await add_learners(truth, 3)
    levels = ["puk_u1_l1", NEXT_LEVEL, "puk_u1_l3"]
    answers = await asyncio.gather(*(desk.write(learner, level) for level in levels for learner in learners))
    assert all(told(answer)["status"] == "COMPLETED" for answer in answers)
    assert max(desk.repository.batches) == len(learners)
    sums = await truth.fetch("SELECT user_id, sum(amount) AS sum FROM xp_ledger GROUP BY 1 ORDER BY 1")
    assert [row["user_id"] for row in sums] == learners
    assert len({row["sum"] for row in sums}) == 1


async def test_a_submission_that_postgres_refuses_fails_alone(desk: Desk, truth: Truth) -> None:
    """One whose total would pass the bound spoils its batch for nobody else."""
    learners = await add_learners(truth, 20)
    poisoned = learners[7]
    await truth.execute(
        "WITH rich AS (UPDATE users SET total_xp = $2 WHERE id = $1)"
        " INSERT INTO xp_ledger (user_id, source, amount, submission_id)"
        " VALUES ($1, 'correction:rich', $2, gen_random_uuid())",
        poisoned,
        ALMOST_TOO_RICH,
    )
    answers = await asyncio.gather(*(desk.write(learner) for learner in learners), return_exceptions=True)
    assert isinstance(answers.pop(7), asyncpg.CheckViolationError)
    assert [told(answer)["xp_earned"] for answer in answers if isinstance(answer, Written)] == [10] * 19
    assert await truth.fetchval("SELECT total_xp FROM users WHERE id = $1", poisoned) == ALMOST_TOO_RICH


async def test_a_learner_whose_row_is_held_keeps_nobody_waiting(
    desk: Desk, truth: Truth, packed_stores: StoreUrls
) -> None:
    """The others are answered while somebody holds one learner's row; that one is refused in time, or paid when it is free."""
    learners = await add_learners(truth, 10)
    holder = await asyncpg.connect(packed_stores.owner_database_url)
    try:
        async with holder.transaction():
            await holder.execute("SELECT FROM users WHERE id = ANY ($1) FOR UPDATE", learners[:2])
            submissions = [asyncio.create_task(desk.write(learner)) for learner in learners]
            await asyncio.gather(*submissions[2:])
            assert not submissions[0].done()
            with pytest.raises(Unavailable):
                await submissions[0]
            freed = asyncio.create_task(desk.write(learners[0]))
            await asyncio.sleep(0.1)
        assert told(await freed)["xp_earned"] == 10
    finally:
        await asyncio.gather(*submissions, return_exceptions=True)
        await holder.close()


async def test_a_caller_that_leaves_changes_nothing(desk: Desk, truth: Truth) -> None:
    """Attempts whose callers are cancelled at any point are committed once, told to the board, and leave no connection behind."""
    learners = await add_learners(truth, MANY)
    callers = [asyncio.create_task(desk.write(learner)) for learner in learners]
    for number, caller in enumerate(callers):
        await asyncio.sleep(0 if number % 3 else 0.001)
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)

    async def all_told() -> bool:
        return len(desk.board.told) == MANY

    await until(all_told, seconds=5)
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == MANY
    answers = await asyncio.gather(*(desk.write(learner) for learner in learners))
    assert {told(answer)["total_xp"] for answer in answers} == {10}


async def test_a_full_queue_refuses_at_once(desk: Desk, learner: int) -> None:
    """Beyond the bounds, of all and of one learner, nothing is begun; what is in the queue is answered."""
    own = [asyncio.create_task(desk.write(learner)) for _ in range(OWN_WAITING + 1)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await desk.write(learner)
    strangers = [asyncio.create_task(desk.write(10**6 + n)) for n in range(WAITING - OWN_WAITING - 1)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await desk.write(10**9)
    answers = await asyncio.gather(*own, *strangers, return_exceptions=True)
    assert {type(answer) for answer in answers[: len(own)]} <= {Written, Overloaded}
    assert isinstance(answers[0], Written)
    assert {type(answer) for answer in answers[len(own) :]} <= {Unauthenticated, Overloaded}


async def test_one_key_on_two_workers_is_one_submission(desk: Desk, truth: Truth, packed_stores: StoreUrls) -> None:
    """Twins with one key, sent to two workers at once, get one answer, byte for byte; others in their batches are not harmed."""
    database = await Database.open(packed_stores.database_url)
    rival = GroupCommit(repository=TrainingRepository(database), board=RecordingBoard())
    learners = await add_learners(truth, 40)
    try:
        pairs = await asyncio.gather(
            *(
                worker.write(desk.submission(learner, key=f"key-{learner}"))
                for learner in learners
                for worker in (desk.group_commit, rival)
            )
        )
    finally:
        await rival.close()
        await database.close()
    for one, two in zip(pairs[0::2], pairs[1::2], strict=True):
        assert one.answer == two.answer
        assert {one.replayed, two.replayed} == {True, False}
    assert await truth.fetchval("SELECT sum(attempts) FROM user_progress") == len(learners)


async def test_refusals_are_each_their_own(desk: Desk, truth: Truth) -> None:
    """In one batch one learner is locked out, one used a key for something else, one is gone, and one is paid."""
    locked, reuser, gone, good = await add_learners(truth, 4)
    await desk.write(reuser, key="mine")
    await truth.execute("UPDATE users SET is_active = false WHERE id = $1", gone)
    answers = await asyncio.gather(
        desk.write(locked, NEXT_LEVEL),
        desk.write(reuser, "puk_u2_l1", key="mine"),
        desk.write(gone),
        desk.write(good),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [LevelLocked, KeyReused, Unauthenticated, Written]


async def committed(truth: Truth) -> int:
    """Transactions that wrote something so far, by PostgreSQL's own count of transaction ids."""
    count: int = await truth.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    return count


async def test_a_day_that_may_join_a_streak_is_written_alone(desk: Desk, truth: Truth) -> None:
    """A batch may not see a day that was committed as it began, so it leaves a late attempt from before the last day out."""
    [learner] = await add_learners(truth, 1)
    await truth.execute("UPDATE users SET created_at = created_at - interval '30 days'")
    now = datetime.now(UTC)
    await desk.group_commit.write(desk.submission(learner, "puk_u2_l1"))
    today = desk.submission(learner, "puk_u3_l1")
    late = replace(desk.submission(learner), done_at=now - timedelta(days=1))
    assert await desk.repository.write([late]) == {}
    assert set(await desk.repository.write([today])) == {learner}
    assert b'"streak":2' in (await desk.group_commit.write(late)).answer
