"""What went wrong in the field with XP itself: whose it was, who said how much, and how often it was paid."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.service import Service, Truth, add_learners, attempt, until_waiting

SUBMIT = "/training/progress/submit"
LEVEL, REWARD = "puk_u1_l1", 10
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


async def test_fault_01_xp_written_for_user_1(service: Service, truth: Truth) -> None:
    """XP goes to the token's user alone; user 1 stays untouched, and a body cannot name somebody else."""
    first, second = await add_learners(truth, 2)
    assert first == 1
    async with service.client(second) as client:
        assert (await submit(client, LEVEL, 5))["xp_earned"] == REWARD
        await submit(client, "puk_u2_l1", 0)
        forged = await client.post(SUBMIT, json=attempt("puk_u3_l1", 5) | {"user_id": first})
    assert forged.status_code == 422
    assert await totals(truth) == {first: 0, second: REWARD}
    for table in ("xp_ledger", "user_progress", "activity_days"):
        assert {row["user_id"] for row in await truth.fetch(f"SELECT user_id FROM {table}")} == {second}, table


async def test_fault_02_xp_taken_from_the_client(service: Service, truth: Truth) -> None:
    """Whatever a client claims of XP, score or counts, a level pays what the server's content says."""
    [learner] = await add_learners(truth, 1)
    claims = {"xp_earned": 9999, "total_xp": 9999, "score": 9999, "total_questions": 9999}
    async with service.client(learner) as client:
        failed = await client.post(SUBMIT, json=attempt(LEVEL, 0) | claims)
        passed = await client.post(SUBMIT, json=attempt(LEVEL, 5) | claims)
        impossible = await client.post(SUBMIT, json=attempt("puk_u2_l1", 6))
        stats = await client.put("/users/me/stats", json={"streak": 0, "last_active_date": None, "total_xp": 9999})
    assert (failed.json()["xp_earned"], failed.json()["total_xp"]) == (0, 0)
    assert (passed.json()["xp_earned"], passed.json()["total_xp"]) == (REWARD, REWARD)
    assert impossible.status_code == 422
    assert stats.json()["data"]["total_xp"] == REWARD
    assert await totals(truth) == {learner: REWARD}


async def test_fault_04_two_writers_of_xp(service: Service, truth: Truth) -> None:
    """Only a submission changes XP, and in every commit the total is the ledger's sum; other requests never touch it."""
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
        earned = await submit(client, LEVEL, 5)
        others = [
            await client.put("/users/me/stats", json={"streak": 0, "last_active_date": None, "total_xp": 500}),
            await client.patch("/users/me/profile", json={"full_name": "Ani"}),
            await client.post(f"/users/{learner}/hearts/decrement", json={"amount": 1}),
            await client.get("/users/me"),
            await client.get("/leaderboard"),
        ]
        refused = await client.patch("/users/me/profile", json={"full_name": "Ani", "total_xp": 500})
        again = await submit(client, LEVEL, 5)
    assert [answer.status_code for answer in others] == [200] * len(others)
    assert refused.status_code == 422
    assert earned["total_xp"] == again["total_xp"] == REWARD
    assert await totals(truth) == {learner: REWARD}
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 1


async def test_fault_06_progress_and_xp_in_separate_commits(service: Service, truth: Truth) -> None:
    """An award that fails at any of its tables leaves nothing anywhere; sent again, it is paid in full."""
    [learner] = await add_learners(truth, 1)
    await truth.execute(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken half-way'; END $$"
    )
    async with service.client(learner) as client:
        for table in TABLES_OF_AN_AWARD:
            await truth.execute(
                f"CREATE TRIGGER fail AFTER INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION fail()"
            )
            for headers in ({}, {"Idempotency-Key": "the-same-each-time"}):
                answer = await client.post(SUBMIT, json=attempt(LEVEL, 5), headers=headers)
                assert answer.status_code >= 500, table
            await truth.execute(f"DROP TRIGGER fail ON {table}")
            for left in (*TABLES_OF_AN_AWARD[:3], "board_outbox", "idempotency_keys"):
                assert await truth.fetchval(f"SELECT count(*) FROM {left}") == 0, (table, left)
            assert await totals(truth) == {learner: 0}
        paid = await client.post(SUBMIT, json=attempt(LEVEL, 5), headers={"Idempotency-Key": "the-same-each-time"})
    assert paid.json()["xp_earned"] == REWARD
    assert await truth.fetchval(TORN) == 0


async def test_fault_06_no_instant_between_progress_and_xp(service: Service, truth: Truth) -> None:
    """Seen from beside while awards are made, no snapshot has a completed level unpaid or a total off its ledger."""
    learners = await add_learners(truth, 8)
    snapshots = 0

    async def walk(learner: int) -> None:
        async with service.client(learner) as client:
            for number in range(1, 6):
                await submit(client, f"puk_u1_l{number}", 5)

    walks = asyncio.gather(*(walk(learner) for learner in learners))
    while not walks.done():
        assert await truth.fetchval(TORN) == 0
        snapshots += 1
    await walks
    assert snapshots >= 10
    assert set((await totals(truth)).values()) == {10 + 14 + 18 + 22 + 28}


async def test_fault_07_lost_updates_from_read_modify_write(service: Service, truth: Truth) -> None:
    """XP that is written while a submission waits for the learner's row is not overwritten by it."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        await submit(client, LEVEL, 5)
        async with truth.transaction():
            await truth.execute(
                """
                WITH x AS (INSERT INTO xp_ledger (user_id, source, amount, submission_id, actor, reason)
                           VALUES ($1, 'correction:1', 100, gen_random_uuid(), 'a test', 'beside') RETURNING amount)
                UPDATE users SET total_xp = total_xp + (SELECT amount FROM x) WHERE id = $1
                """,
                learner,
            )
            waiting = asyncio.create_task(submit(client, "puk_u2_l1", 5))
            await until_waiting(truth, 1)
            assert not waiting.done()
        answer = await waiting
    assert answer["total_xp"] == REWARD + 100 + 10
    assert await truth.fetchval(TORN) == 0


async def test_fault_08_every_replay_and_retry_paid_again(service: Service, truth: Truth) -> None:
    """A level pays the first time only, with whichever key, spelling of the counts, or result the replay comes."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        first = await submit(client, LEVEL, 3)
        replays = [
            await submit(client, LEVEL, 3),
            await submit(client, LEVEL, 5),
            await submit(client, LEVEL, 5, key="a-new-key"),
        ]
    assert first["xp_earned"] == REWARD
    assert [(answer["xp_earned"], answer["total_xp"]) for answer in replays] == [(0, REWARD)] * 3
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 1
    assert await totals(truth) == {learner: REWARD}


async def test_fault_09_failed_replay_took_a_completed_level_back(service: Service, truth: Truth) -> None:
    """A failed replay answers COMPLETED, counts one more attempt, and changes nothing else of the level."""
    [learner] = await add_learners(truth, 1)
    columns = "status, xp_earned, score, correct_answers, completed_at"
    async with service.client(learner) as client:
        await submit(client, LEVEL, 5)
        before = await truth.fetchrow(f"SELECT {columns} FROM user_progress")
        replay = await submit(client, LEVEL, 0)
        after = await truth.fetchrow(f"SELECT {columns} FROM user_progress")
        progress = (await client.get("/training/progress/state")).json()["progress"]
        following = await submit(client, "puk_u1_l2", 5)
    assert (replay["status"], replay["xp_earned"], replay["total_xp"]) == ("COMPLETED", 0, REWARD)
    assert before == after
    assert await truth.fetchval("SELECT attempts FROM user_progress WHERE level_id = $1", LEVEL) == 2
    assert (progress[LEVEL], progress["puk_u1_l2"]) == ("COMPLETED", "UNLOCKED")
    assert following["status"] == "COMPLETED"


async def test_fault_10_no_unique_user_and_level(service: Service, truth: Truth) -> None:
    """A learner has one progress row a level, by constraint; twenty first submissions at once leave just one."""
    [learner] = await add_learners(truth, 1)
    unique = await truth.fetch(
        """
        SELECT (SELECT array_agg(attname ORDER BY attname)::text[] FROM pg_attribute
                 WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
          FROM pg_constraint WHERE conrelid = 'user_progress'::regclass AND contype IN ('p', 'u')
        """
    )
    assert ["level_id", "user_id"] in [row["columns"] for row in unique]
    async with service.client(learner) as client:
        answers = await asyncio.gather(*(client.post(SUBMIT, json=attempt(LEVEL, 0)) for _ in range(20)))
        assert [answer.status_code for answer in answers] == [200] * 20
        rows = await truth.fetch("SELECT user_id, level_id, attempts FROM user_progress")
        assert [tuple(row) for row in rows] == [(learner, LEVEL, 20)]
        assert (await submit(client, LEVEL, 5))["xp_earned"] == REWARD


async def submit(client: httpx.AsyncClient, level_id: str, correct: int, key: str | None = None) -> dict[str, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    answer = await client.post(SUBMIT, json=attempt(level_id, correct), headers=headers)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def totals(truth: Truth) -> dict[int, int]:
    return {row["id"]: row["total_xp"] for row in await truth.fetch("SELECT id, total_xp FROM users")}
