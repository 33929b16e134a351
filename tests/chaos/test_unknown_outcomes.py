"""Answers that never arrive: the same key gives one award and one answer, whatever happened to the first request."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import httpx

from chaos.target.stage import staged
from scout_os.core.store_urls import StoreUrls
from tests.learners import BOARD_SECONDS, LEVEL, SUBMIT, board_of_postgres, shown_board, submit
from tests.service import Truth, add_learners, attempt, serve, until


async def test_commit_done_and_its_answer_lost(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """Cut between commit and answer, a submission is refused as unknown; its retry gets the award's own answer, once."""
    learners = await add_learners(truth, 20)
    with staged(packed_stores) as stage, serve(stage.fronts, tmp_path) as service:
        for number, learner in enumerate(learners):
            async with service.client(learner) as client:
                stage.cuts.after = 1
                headers = {"Idempotency-Key": f"key-{number}"}
                answers = [await client.post(SUBMIT, json=attempt(LEVEL, 5), headers=headers) for _ in range(3)]
            assert [answer.status_code for answer in answers] == [503, 200, 200]
            assert answers[1].content == answers[2].content
            assert answers[1].json()["xp_earned"] > 0
        assert stage.cuts.cuts == len(learners)
    counts = await truth.fetch("SELECT count(*) FROM xp_ledger GROUP BY user_id")
    assert [row["count"] for row in counts] == [1] * len(learners)


async def test_retries_while_the_first_request_still_runs(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path
) -> None:
    """A client that gives up after 0.3 s and tries again, while PostgreSQL is slow, is paid once in the end."""
    [learner] = await add_learners(truth, 1)
    with staged(packed_stores) as stage, serve(stage.fronts, tmp_path) as service:
        async with service.client(learner) as client:
            assert (await client.get("/users/me")).status_code == 200
        async with service.client(learner, timeout=0.3) as client:
            stage.postgres.toxics.latency = 0.1
            for _ in range(4):
                with suppress(httpx.TimeoutException):
                    await client.post(SUBMIT, json=attempt(LEVEL, 5), headers={"Idempotency-Key": "again"})
            stage.calm()
        async with service.client(learner) as client:
            last = await submit(client, key="again")
    assert last["xp_earned"] == last["total_xp"] > 0
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 1


async def test_clients_that_hang_up_leave_nothing_behind(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path
) -> None:
    """300 clients gone at random points: what was committed reaches the board, and no connection stays occupied."""
    learners = await add_learners(truth, 100)
    with serve(packed_stores, tmp_path) as service:

        async def leave(learner: int, seconds: float) -> None:
            async with service.client(learner) as client:
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await client.post(SUBMIT, json=attempt(LEVEL, 5))

        for turn in range(3):
            await asyncio.gather(
                *(leave(learner, 0.002 * (place % 40 + turn)) for place, learner in enumerate(learners))
            )
        busy = """
            SELECT count(*) FROM pg_stat_activity
             WHERE application_name = 'scout-os' AND state <> 'idle' AND datname = current_database()
        """

        async def are_all_free() -> bool:
            return not await truth.fetchval(busy)

        async def is_shown() -> bool:
            board = {str(learner): xp for _, learner, xp in await shown_board(service, learners[0])}
            return board == await board_of_postgres(truth)

        await until(are_all_free, seconds=BOARD_SECONDS)
        await until(is_shown, seconds=BOARD_SECONDS)
