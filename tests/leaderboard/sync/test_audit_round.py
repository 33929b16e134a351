"""The audit beside awards and corrections, and while a store is away: no false alarm, and no end."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from redis.asyncio import Redis

from chaos.target.valkey import own_valkey
from scout_os.core.problems import Unavailable
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.redis.redis_board import BOARD, BoardAway
from tests.leaderboard.sync.auditing import add_scores, audited, until_rounds
from tests.learners import SUBMIT
from tests.logs import captured
from tests.service import Service, Truth, add_learners, attempt, token

SECONDS = 5
LEVELS = [f"puk_u1_l{n}" for n in range(1, 6)]

CHANGES = (
    """
    WITH corrected AS (
        INSERT INTO xp_ledger (user_id, source, amount, submission_id)
        SELECT id, 'correction:' || gen_random_uuid(), -1, gen_random_uuid() FROM users WHERE id = $1 AND total_xp > 0
        RETURNING user_id, amount
    ), queued AS (INSERT INTO board_outbox (user_id) VALUES ($1))
    UPDATE users u SET total_xp = total_xp + amount, board_era = board_era + 1 FROM corrected c WHERE u.id = c.user_id
    """,
    """
    WITH queued AS (INSERT INTO board_outbox (user_id) VALUES ($1))
    UPDATE users SET is_suspended = NOT is_suspended, board_era = board_era + 1 WHERE id = $1
    """,
)
"""A point is taken away; a learner is suspended or restored."""


async def test_no_false_alarm_beside_awards_and_corrections(
    service: Service, packed_stores: StoreUrls, truth: Truth, tmp_path: Path
) -> None:
    """50 awards and 10 corrections a second, rounds one after the other for 5 s: none finds a difference."""
    learners = await add_learners(truth, 60)
    rounds: list[int] = []
    is_over = asyncio.Event()  # to cancel the jobs may be lost on a driver that breaks its connection then
    async with audited(packed_stores, tmp_path / "audit", background=False) as running:
        audit = running.audit

        async def audit_on() -> None:
            while not is_over.is_set():
                with suppress(BoardAway, Unavailable):  # a store that is late leaves a round out, as in service
                    rounds.append((await audit.check()).count)

        auditor = asyncio.create_task(audit_on())
        correcting = asyncio.create_task(correct_on(truth, learners, is_over))
        try:
            await award(service, learners)
        finally:
            is_over.set()
            await asyncio.gather(auditor, correcting)
    assert len(rounds) >= 2
    assert set(rounds) == {0}


async def award(service: Service, learners: list[int]) -> None:
    """Every learner passes every level in turn, all evenly over `SECONDS`."""
    started = time.monotonic()
    async with service.client() as client:

        async def pass_all(number: int, learner: int) -> None:
            headers = {"Authorization": f"Bearer {token(learner)}"}
            for turn, level in enumerate(LEVELS):
                due = (turn + number / len(learners)) * SECONDS / len(LEVELS)
                await asyncio.sleep(due - (time.monotonic() - started))
                answer = await client.post(SUBMIT, json=attempt(level, 5), headers=headers)
                assert answer.status_code == 200, answer.text

        await asyncio.gather(*(pass_all(number, learner) for number, learner in enumerate(learners)))


async def correct_on(truth: Truth, learners: list[int], is_over: asyncio.Event) -> None:
    """Take a point from somebody, or suspend or restore somebody, ten times a second."""
    pick = random.Random(7)
    while not is_over.is_set():
        await truth.execute(pick.choice(CHANGES), pick.choice(learners))
        await asyncio.sleep(0.1)


async def test_rounds_are_left_out_quietly_while_a_store_is_away(
    stores: StoreUrls, owner: Truth, tmp_path: Path
) -> None:
    """Redis dead, PostgreSQL unreachable: the metric keeps its value, nothing is logged; back: rounds again."""
    await add_scores(owner)
    name = await owner.fetchval("SELECT current_database()")
    with own_valkey(tmp_path) as valkey, captured("scout_os.leaderboard.sync.audit") as logs:
        async with audited(replace(stores, redis_url=valkey.url), tmp_path, every=0.1) as running:
            counts = running.counts

            async def pause() -> None:
                await asyncio.sleep(0.3)
                seen = len(counts)
                await asyncio.sleep(1)
                assert len(counts) == seen

            await until_rounds(counts, 2)
            valkey.kill()
            await pause()
            valkey.start()
            await until_rounds(counts, 2)

            await owner.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 0")
            await owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
                name,
            )
            await pause()
            await owner.execute(f"ALTER DATABASE {name} CONNECTION LIMIT -1")
            await until_rounds(counts, 2)
    assert set(counts) == {0}
    assert [entry for entry in logs if entry["level"] != "debug"] == []


async def test_one_warning_a_round_names_ten_at_most(stores: StoreUrls, owner: Truth, tmp_path: Path) -> None:
    """25 wrong places: one line in the log with the counts and ten ids; the next round, all right, none."""
    learners = await add_scores(owner)
    with own_valkey(tmp_path) as valkey, captured("scout_os.leaderboard.sync.audit") as logs:
        async with audited(replace(stores, redis_url=valkey.url), tmp_path, background=False) as running:
            await running.services.leaderboard.rebuild()
            async with Redis.from_url(valkey.url) as redis:
                await redis.zadd(BOARD, {str(learner): 1 if learner % 2 else 10**6 for learner in learners[:25]})
            await running.audit.step()
            await running.services.relay.step()
            await running.audit.step()
    [warning] = [entry for entry in logs if entry["event"] == "board_differs"]
    assert warning["level"] == "warning"
    assert (warning["differences"], warning["too_low"] + warning["too_high"]) == (25, 25)
    assert len(warning["members"]) == 10
