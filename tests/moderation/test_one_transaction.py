"""Each change and its outbox row are one transaction: both or neither, and once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
from redis.asyncio import Redis

from tests.moderation.serving import SUBMIT, Admin, give, row_of, until_board_follows, untrue_totals
from tests.service import Service, Truth, add_learners, attempt

Change = Callable[[Admin, int], Awaitable[httpx.Response]]
CHANGES: list[tuple[str, Change, tuple[str, ...]]] = [
    ("correct", lambda admin, learner: admin.correct(learner, 5), ("xp_ledger", "users", "board_outbox")),
    ("suspend", Admin.suspend, ("users", "board_outbox")),
    ("restore", Admin.restore, ("users", "board_outbox")),
    ("delete", Admin.delete, ("user_progress", "activity_days", "idempotency_keys", "users", "board_outbox")),
]
"""The changes in an order in which each is one, with the tables that it writes."""


async def test_each_change_queues_one_row(admin: Admin, truth: Truth, cache: Redis) -> None:
    """A change leaves one outbox row, so the board hears of it even if nobody tells it; what changes nothing leaves none."""
    [learner] = await add_learners(truth, 1)
    await give(truth, learner, 100)
    await until_board_follows(truth, cache)
    queued = "SELECT count(*) FROM board_outbox WHERE user_id = $1"
    async with truth.transaction():
        await truth.execute("SELECT FROM board_state FOR UPDATE")  # no drain meanwhile
        for number, (name, change, _) in enumerate(CHANGES, 1):
            assert (await change(admin, learner)).status_code == 200, name
            assert await truth.fetchval(queued, learner) == number, name
            if name != "correct":
                assert (await change(admin, learner)).status_code in {200, 404}
                assert await truth.fetchval(queued, learner) == number, name
        assert (await admin.correct(learner, 5)).status_code == 404
        assert await truth.fetchval(queued, learner) == len(CHANGES)


async def test_a_change_that_fails_anywhere_leaves_nothing(service: Service, admin: Admin, truth: Truth) -> None:
    """Broken at any table, no change is half done; afterwards it works."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        await client.post(SUBMIT, json=attempt("puk_u1_l1", 5), headers={"Idempotency-Key": "a-key"})
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


async def everything(truth: Truth, learner: int) -> list[object]:
    """All rows of the learner, but those of the outbox, which come and go."""
    rows: list[object] = [await row_of(truth, learner)]
    for table in ("xp_ledger", "user_progress", "activity_days", "idempotency_keys"):
        rows += await truth.fetch(f"SELECT * FROM {table} WHERE user_id = $1", learner)
    return rows
