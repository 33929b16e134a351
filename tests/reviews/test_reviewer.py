"""Programs that learn faster than people are paid and flagged, and operators judge the flags."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis.asyncio import Redis

from scout_os.core.seals import PURPOSE, Seals, TimeSeals
from tests.cli.command import Command
from tests.clock import MovableClock
from tests.contract.answers import right_answers, wrong_answers
from tests.contract.packs import Lesson
from tests.learners import SUBMIT, make_admin, shown_board, start_attempt, submit, until_board_follows
from tests.service import SECRET, Service, Truth, add_learners, attempt

FAST = 10
DAY = timedelta(days=1)


async def test_a_program_is_paid_and_flagged(
    service: Service, truth: Truth, cache: Redis, lessons: list[Lesson]
) -> None:
    """A walk through ten levels in no time is answered, paid and shown as any other, and flagged for its pace."""
    cheat, honest = await add_learners(truth, 2)
    total = await walk(service, cheat, lessons[:FAST])
    async with service.client(honest) as client:
        await submit(client, lessons[0].id)
    await review(service)
    flags = await truth.fetch("SELECT user_id, kind, times FROM review_flags ORDER BY kind")
    assert [tuple(flag) for flag in flags] == [(cheat, kind, 1) for kind in ("burst", "no_pause")] + (
        [(cheat, "xp_rate", 1)] if total > 200 else []
    )
    await until_board_follows(truth, cache)
    assert (await shown_board(service))[0] == (1, cheat, total)
    await review(service)
    assert await truth.fetchval("SELECT max(times) FROM review_flags") == 1, "the same traces are found once"


async def test_faster_than_reading_is_flagged_by_our_own_clock(
    grader: Service, truth: Truth, lessons: list[Lesson]
) -> None:
    """Right answers at once are paid and flagged, whatever time the client reports; wrong ones at once are neither."""
    cheat, clumsy = await add_learners(truth, 2)
    first = lessons[0]
    for learner, answers in ((cheat, right_answers(first)), (clumsy, wrong_answers(first))):
        async with grader.client(learner) as client:
            started = await start_attempt(client, first.id)
            body = {"level_id": first.id, "answers": answers, "attempt_id": started["attempt_id"]}
            answer = await client.post(SUBMIT, json=body | {"time_spent_seconds": 3600})
            assert answer.json()["xp_earned"] == (first.xp_reward if learner == cheat else 0)
    await review(grader)
    [flag] = await truth.fetch("SELECT user_id, kind FROM review_flags")
    assert tuple(flag) == (cheat, "too_fast")


async def test_an_operator_sees_and_judges(
    service: Service, truth: Truth, learner: int, lessons: list[Lesson], tmp_path: Path
) -> None:
    """Admins and the command line list and close flags; what was judged does not come up again, and the metric counts."""
    boss = await make_admin(truth)
    command = Command("review", service.stores, tmp_path)
    await walk(service, learner, lessons[:FAST])
    await review(service)
    async with service.client(boss) as admin:
        shown = (await admin.get("/admin/reviews")).json()["data"]
        flags = shown["reviews"]
        assert shown["open"] == len(flags) == await truth.fetchval("SELECT count(*) FROM review_flags")
        assert {flag["user_id"] for flag in flags} == {learner}
        assert f"scout_review_flags_open {len(flags)}.0" in (await admin.get(f"{service.url}/metrics")).text
        page = (await admin.get("/admin/reviews", params={"limit": 1, "after": flags[0]["id"]})).json()["data"]
        assert [flag["id"] for flag in page["reviews"]] == [flags[1]["id"]]

        first, *others = (flag["id"] for flag in flags)
        body = {"verdict": "cleared", "note": "a teacher's demonstration"}
        closed = await admin.post(f"/admin/reviews/{first}/close", json=body)
        assert (closed.status_code, closed.json()["data"]["closed_by"]) == (200, f"user:{boss}")
        again = await admin.post(f"/admin/reviews/{first}/close", json=body)
        assert (again.status_code, again.json()["data"]) == (200, closed.json()["data"])
        other = await admin.post(f"/admin/reviews/{first}/close", json={"verdict": "upheld"})
        assert (other.status_code, other.json()["code"]) == (409, "review_closed")
        unknown = await admin.post("/admin/reviews/99999/close", json=body)
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_review")

    for flag in others:
        assert (await command("close", str(flag), "--upheld")).returncode == 0
    await review(service)
    listed, judged = await command("list"), await command("list", "--closed")
    assert listed.stdout.splitlines() == ["0 open."]
    assert f"user {learner}" in judged.stdout
    assert "cleared by user" in judged.stdout
    assert "upheld by cli" in judged.stdout
    assert (await command("close", "99999", "--cleared")).returncode == 1


async def test_the_deleted_are_not_flagged(service: Service, truth: Truth, learner: int, lessons: list[Lesson]) -> None:
    """Traces of a learner who was deleted meanwhile raise no flag."""
    await walk(service, learner, lessons[:FAST])
    await truth.execute("UPDATE users SET is_active = false, username = NULL, name = '' WHERE id = $1", learner)
    await review(service)
    assert await truth.fetchval("SELECT count(*) FROM review_flags") == 0


async def test_lessons_of_a_day_without_a_network_are_no_cheat(
    service: Service, truth: Truth, lessons: list[Lesson]
) -> None:
    """Ten phones behind one address, each with five lessons of a day, send them at once: no flag. The same without their
    times raises one."""
    *children, program = await add_learners(truth, 11)
    await truth.execute("UPDATE users SET created_at = created_at - interval '30 days'")
    now = datetime.now(UTC)
    clock = MovableClock(now - DAY)
    yesterday = TimeSeals(Seals(PURPOSE, key=SECRET.encode(), clock=clock), clock).text().decode()

    async def send(learner: int, *, with_times: bool) -> None:
        async with service.client(learner) as client:
            for number, lesson in enumerate(lessons[:5]):
                done_at = now - DAY + timedelta(minutes=10 + 20 * number)
                times = {"done_at": done_at.isoformat(), "time_seal": yesterday} if with_times else {}
                answer = await client.post(SUBMIT, json=attempt(lesson.id, 5) | times)
                assert answer.json()["xp_earned"] == lesson.xp_reward

    await asyncio.gather(*(send(learner, with_times=learner != program) for learner in (*children, program)))
    await review(service)
    flagged = {row["user_id"] for row in await truth.fetch("SELECT user_id FROM review_flags")}
    assert flagged == {program}


async def walk(service: Service, learner: int, lessons: list[Lesson]) -> int:
    """Complete the levels as fast as they go, as the client in the field reports them; the XP they paid."""
    async with service.client(learner) as client:
        for lesson in lessons:
            paid = await submit(client, lesson.id)
            assert paid["xp_earned"] == lesson.xp_reward, paid
    total: int = paid["total_xp"]
    return total


async def review(service: Service) -> None:
    """One round of the service's own reviewer."""
    step = service.services.reviewer.step()
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(step, service.loop))
