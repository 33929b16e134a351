"""Each change is one transaction with its outbox row, and keeps its word beside submissions and late writes to the cache."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from uuid import uuid4

import httpx
import pytest
from redis.asyncio import Redis

from scout_os.leaderboard.models import Register
from tests.learners import (
    REASON,
    SUBMIT,
    Admin,
    board_of_redis,
    give,
    insist,
    row_of,
    submit,
    until_board_follows,
    untrue_totals,
)
from tests.service import Service, Truth, attempt

LEVELS = [f"puk_u{unit}_l1" for unit in range(1, 6)]
REWARDS = 5 * 10


Change = Callable[[Admin, int], Awaitable[httpx.Response]]
CHANGES: list[tuple[str, Change, tuple[str, ...]]] = [
    ("correct", lambda admin, learner: admin.correct(learner, 5), ("xp_ledger", "users", "board_outbox")),
    ("suspend", Admin.suspend, ("users", "board_outbox")),
    ("restore", Admin.restore, ("users", "board_outbox")),
    ("delete", Admin.delete, ("user_progress", "activity_days", "idempotency_keys", "users", "board_outbox")),
]
"""The changes in an order in which each is one, with the tables that it writes."""


async def test_each_change_queues_one_row(admin: Admin, truth: Truth, learner: int, cache: Redis) -> None:
    """A change leaves one outbox row, from which the board follows; what changes nothing leaves none."""
    await give(truth, learner, 100)
    await until_board_follows(truth, cache)
    queued = "SELECT count(*) FROM board_outbox WHERE user_id = $1"
    async with truth.transaction():
        await truth.execute("SELECT FROM board_state FOR UPDATE")  # the outbox relay waits meanwhile
        for number, (name, change, _) in enumerate(CHANGES, 1):
            assert (await change(admin, learner)).status_code == 200, name
            assert await truth.fetchval(queued, learner) == number, name
            if name != "correct":
                assert (await change(admin, learner)).status_code in {200, 404}
                assert await truth.fetchval(queued, learner) == number, name
        assert (await admin.correct(learner, 5)).status_code == 404
        assert await truth.fetchval(queued, learner) == len(CHANGES)


async def test_a_change_that_fails_anywhere_leaves_nothing(
    service: Service, admin: Admin, truth: Truth, learner: int
) -> None:
    """Broken at any table, no change is half done; afterwards it works."""
    async with service.client(learner) as client:
        await submit(client, key="a-key")
    await truth.execute("CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'half-way'; END $$")
    for name, change, tables in CHANGES:
        before = await everything(truth, learner)
        for table in tables:
            events = "INSERT" if table == "board_outbox" else "INSERT OR UPDATE OR DELETE"
            await truth.execute(f"CREATE TRIGGER fail AFTER {events} ON {table} FOR EACH ROW EXECUTE FUNCTION fail()")
            assert (await change(admin, learner)).status_code == 500, (name, table)
            await truth.execute(f"DROP TRIGGER fail ON {table}")
            assert await everything(truth, learner) == before, (name, table)
        assert (await change(admin, learner)).status_code == 200, name
    assert await untrue_totals(truth) == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_fifty_mixed_operations_on_one_learner(
    service: Service, admin: Admin, truth: Truth, learner: int, cache: Redis, seed: int
) -> None:
    """In whatever order they come, all that was answered counts once, and total, ledger and board agree."""
    pick = random.Random(seed)
    await give(truth, learner, 1000)
    amounts = [pick.choice([-20, -7, 5, 30]) for _ in range(15)]
    path = f"/admin/users/{learner}"
    async with service.client(learner) as client:
        operations = [
            *(insist(client, "POST", SUBMIT, attempt(level, 5)) for level in LEVELS * 4),
            *(
                insist(admin.http, "POST", f"{path}/corrections", REASON | {"amount": n, "correction_id": str(uuid4())})
                for n in amounts
            ),
            *(insist(admin.http, method, f"{path}/suspension", REASON) for method in ["PUT", "DELETE"] * 7 + ["PUT"]),
        ]
        pick.shuffle(operations)
        assert len(operations) == 50
        working = asyncio.gather(*operations)
        while not working.done():
            assert await untrue_totals(truth) == 0
        answers = await working
    assert {answer.status_code for answer in answers} == {200}

    row = await row_of(truth, learner)
    assert row["total_xp"] == 1000 + REWARDS + sum(amounts)
    assert await untrue_totals(truth) == 0
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 1 + len(LEVELS) + len(amounts)
    await until_board_follows(truth, cache)
    assert (await admin.restore(learner)).json()["data"]["total_xp"] == row["total_xp"]
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {str(learner): row["total_xp"]}


@pytest.mark.slow
@pytest.mark.parametrize("trial", range(8))
async def test_deletion_beside_submissions(
    service: Service, admin: Admin, truth: Truth, learner: int, cache: Redis, trial: int
) -> None:
    """Each submission was first, and is on the ledger, or is 401; either way nothing of the learner is left over."""
    path = f"/admin/users/{learner}"

    async def delete() -> None:
        await asyncio.sleep(0.004 * trial)
        assert (await insist(admin.http, "DELETE", path, REASON)).status_code == 200

    async with service.client(learner) as client:
        assert (await client.get("/users/me")).status_code == 200  # so that the token is believed for 2 s
        deleting = asyncio.create_task(delete())
        answers = await asyncio.gather(*(insist(client, "POST", SUBMIT, attempt(level, 5)) for level in LEVELS * 2))
        await deleting
        after = await client.post(SUBMIT, json=attempt("puk_u1_l2", 5))
    assert after.status_code == 401
    assert {answer.status_code for answer in answers} <= {200, 401}
    earned = sum(answer.json()["xp_earned"] for answer in answers if answer.status_code == 200)
    row = await row_of(truth, learner)
    assert (row["total_xp"], row["name"], row["is_active"]) == (earned, "", False)
    assert row["last_active_date"] is None
    assert await untrue_totals(truth) == 0
    for table in ("user_progress", "activity_days", "idempotency_keys"):
        assert await truth.fetchval(f"SELECT count(*) FROM {table}") == 0, table
    await until_board_follows(truth, cache)
    assert await board_of_redis(cache) == {}


async def test_a_submission_that_holds_the_row_is_deleted_with_it(
    service: Service, admin: Admin, truth: Truth, learner: int
) -> None:
    """A deletion waits for a submission under way, and also deletes what that has written."""
    async with truth.transaction():
        await truth.execute("SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE", learner)
        deleting = asyncio.create_task(admin.delete(learner))
        await asyncio.sleep(0.15)
        assert not deleting.done()
        await truth.execute("INSERT INTO activity_days VALUES ($1, '2026-03-10')", learner)
        await truth.execute(
            "INSERT INTO idempotency_keys (user_id, key, fingerprint) VALUES ($1, 'a-key', 'x')", learner
        )
    assert (await deleting).status_code == 200
    assert await truth.fetchval("SELECT count(*) FROM activity_days") == 0
    assert await truth.fetchval("SELECT count(*) FROM idempotency_keys") == 0


async def test_a_correction_counts_from_the_total_that_it_waited_for(admin: Admin, truth: Truth, learner: int) -> None:
    """Bounds and sums are taken from the row as it is once the correction has it, not as it was before waiting."""
    await give(truth, learner, 50)
    async with truth.transaction():
        await truth.execute(
            """
            WITH x AS (INSERT INTO xp_ledger (user_id, source, amount, submission_id)
                       VALUES ($1, 'level:meanwhile', 25, gen_random_uuid()))
            UPDATE users SET total_xp = total_xp + 25 WHERE id = $1
            """,
            learner,
        )
        waiting = asyncio.create_task(admin.correct(learner, -75))
        await asyncio.sleep(0.15)
        assert not waiting.done()
    assert (await waiting).json()["data"]["total_xp"] == 0
    assert await untrue_totals(truth) == 0


@pytest.mark.slow
@pytest.mark.parametrize("change", ["lower", "suspend", "delete"])
async def test_a_late_write_cannot_undo_it(
    service: Service, admin: Admin, truth: Truth, learner: int, cache: Redis, change: str
) -> None:
    """An award's cache write that is delayed past the change is dropped, before and after a rebuild."""
    await give(truth, learner, 500)
    await until_board_follows(truth, cache)
    late = [Register(learner, (await row_of(truth, learner))["board_era"], 500)]
    identity = await truth.fetchval("SELECT board_identity()")
    act = {"lower": lambda: admin.correct(learner, -400), "suspend": lambda: admin.suspend(learner)}
    answer = await act.get(change, lambda: admin.delete(learner))()
    assert answer.status_code == 200
    expected = {str(learner): 100} if change == "lower" else {}

    for _ in range(2):
        assert await _merge(service, identity, late)
        assert await board_of_redis(cache) == expected
        await until_board_follows(truth, cache)
        assert await _merge(service, identity, late)
        assert await board_of_redis(cache) == expected
        assert (await admin.http.post("/leaderboard/rebuild")).status_code == 200


async def test_late_awards_do_not_bring_a_suspended_learner_back(
    service: Service, admin: Admin, truth: Truth, learner: int, cache: Redis
) -> None:
    """Writes of before and during the suspension leave the board alone; after restoring, those of before it do too."""
    await give(truth, learner, 40)
    await until_board_follows(truth, cache)
    identity = await truth.fetchval("SELECT board_identity()")
    await admin.suspend(learner)
    for register in (Register(learner, 0, 40), Register(learner, 1, None), Register(learner, 0, 900)):
        assert await _merge(service, identity, [register])
        assert await board_of_redis(cache) == {}
    await admin.restore(learner)
    for register in (Register(learner, 1, None), Register(learner, 0, 900), Register(learner, 0, None)):
        assert await _merge(service, identity, [register])
        assert await board_of_redis(cache) == {str(learner): 40}
    await until_board_follows(truth, cache)


async def everything(truth: Truth, learner: int) -> list[object]:
    """All rows of the learner, but those of the outbox, which come and go."""
    rows: list[object] = [await row_of(truth, learner)]
    for table in ("xp_ledger", "user_progress", "activity_days", "idempotency_keys"):
        rows += await truth.fetch(f"SELECT * FROM {table} WHERE user_id = $1", learner)
    return rows


async def _merge(service: Service, identity: str, registers: list[Register]) -> bool:
    """What the fast path does, in the service's own loop."""
    merging = asyncio.run_coroutine_threadsafe(service.services.board.merge(identity, registers), service.loop)
    return await asyncio.wrap_future(merging)
