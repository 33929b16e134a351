"""XP is paid once, to the learner of the token, by submissions alone, and all or nothing."""

from __future__ import annotations

import asyncio

import pytest

from tests.learners import LEVEL, REWARD, SUBMIT, submit, untrue_totals
from tests.service import Service, Truth, add_learners, attempt, until_waiting

TABLES_OF_AN_AWARD = ("xp_ledger", "user_progress", "activity_days", "users", "board_outbox")
TORN = """
    SELECT (SELECT count(*) FROM users u
             WHERE total_xp <> (SELECT coalesce(sum(amount), 0) FROM xp_ledger x WHERE x.user_id = u.id))
         + (SELECT count(*) FROM user_progress p FULL JOIN xp_ledger x
                ON x.user_id = p.user_id AND x.source = 'level:' || p.level_id
             WHERE coalesce(p.status, '') = 'COMPLETED' AND x.amount IS DISTINCT FROM p.xp_earned
                OR coalesce(p.status, '') <> 'COMPLETED' AND x.source LIKE 'level:%')
"""
"""How many learners' totals differ from their ledger, and how many levels are completed and unpaid or the reverse."""


async def test_xp_goes_to_the_learner_of_the_token(service: Service, truth: Truth) -> None:
    """A submission writes rows of the token's learner only; user 1, a default of old clients, stays untouched."""
    first, second = await add_learners(truth, 2)
    assert first == 1
    async with service.client(second) as client:
        assert (await submit(client))["xp_earned"] == REWARD
        await submit(client, "puk_u2_l1", 0)
    assert await totals(truth) == {first: 0, second: REWARD}
    for table in ("xp_ledger", "user_progress", "activity_days"):
        assert {row["user_id"] for row in await truth.fetch(f"SELECT user_id FROM {table}")} == {second}, table


async def test_only_submissions_change_xp(service: Service, truth: Truth) -> None:
    """In every commit a total is the sum of its ledger rows; no other request changes it."""
    [learner] = await add_learners(truth, 1)
    await truth.execute(
        """
        CREATE FUNCTION demand_ledger() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
            IF NEW.total_xp <> (SELECT coalesce(sum(amount), 0) FROM xp_ledger WHERE user_id = NEW.id) THEN
                RAISE 'a writer of XP beside the ledger';
            END IF;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER demand_ledger AFTER INSERT OR UPDATE ON users
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION demand_ledger();
        """
    )
    async with service.client(learner) as client:
        await submit(client)
        others = [
            await client.put("/users/me/stats", json={"streak": 0, "last_active_date": None, "total_xp": 500}),
            await client.patch("/users/me/profile", json={"full_name": "Ani"}),
            await client.post(f"/users/{learner}/hearts/decrement", json={"amount": 1}),
            await client.get("/leaderboard"),
        ]
        again = await submit(client)
    assert [answer.status_code for answer in others] == [200] * len(others)
    assert again["total_xp"] == REWARD
    assert await totals(truth) == {learner: REWARD}
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 1


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "the-same-each-time"}], ids=["plain", "with a key"])
async def test_an_award_that_fails_at_any_table_leaves_nothing(
    service: Service, truth: Truth, key: dict[str, str]
) -> None:
    """Broken at any of its tables an award writes nothing anywhere; sent again, it is paid in full."""
    [learner] = await add_learners(truth, 1)
    await truth.execute("CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'half-way'; END $$")
    async with service.client(learner) as client:
        for table in TABLES_OF_AN_AWARD:
            await truth.execute(
                f"CREATE TRIGGER fail AFTER INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION fail()"
            )
            assert (await client.post(SUBMIT, json=attempt(LEVEL, 5), headers=key)).status_code >= 500, table
            await truth.execute(f"DROP TRIGGER fail ON {table}")
            for left in (*TABLES_OF_AN_AWARD[:3], "board_outbox", "idempotency_keys"):
                assert await truth.fetchval(f"SELECT count(*) FROM {left}") == 0, (table, left)
            assert await totals(truth) == {learner: 0}
        paid = await client.post(SUBMIT, json=attempt(LEVEL, 5), headers=key)
    assert paid.json()["xp_earned"] == REWARD
    assert await truth.fetchval(TORN) == 0


async def test_xp_written_meanwhile_is_not_overwritten(service: Service, truth: Truth) -> None:
    """A submission that waited for the learner's row adds to the total as it is then, not as it was before."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        await submit(client)
        async with truth.transaction():
            await truth.execute(
                """
                WITH x AS (INSERT INTO xp_ledger (user_id, source, amount, submission_id, actor, reason)
                           VALUES ($1, 'correction:1', 100, gen_random_uuid(), 'a test', 'beside') RETURNING amount)
                UPDATE users SET total_xp = total_xp + (SELECT amount FROM x) WHERE id = $1
                """,
                learner,
            )
            waiting = asyncio.create_task(submit(client, "puk_u2_l1"))
            await until_waiting(truth, 1)
            assert not waiting.done()
        answer = await waiting
    assert answer["total_xp"] == REWARD + 100 + 10
    assert await untrue_totals(truth) == 0


async def totals(truth: Truth) -> dict[int, int]:
    """Everybody's total XP."""
    return {row["id"]: row["total_xp"] for row in await truth.fetch("SELECT id, total_xp FROM users")}
