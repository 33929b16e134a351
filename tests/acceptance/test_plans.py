"""How PostgreSQL finds rows for a request: by an index, however many learners there are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import asyncpg
import httpx
import pytest

from scout_os.core.clock import SystemClock
from scout_os.core.postgres import SESSION_SETTINGS, Database
from scout_os.core.store_urls import StoreUrls
from scout_os.training.award_sql import AWARD, FIND_ANSWER, LOCK_LEARNER
from scout_os.training.models import Level, Submission
from scout_os.training.population import populate
from scout_os.training.repository import TrainingRepository
from tests.acceptance.statements import watch
from tests.plans import Node, custom_plan, generic_plan, looked_up_for_each_pair, looped_over, scanned_whole
from tests.service import Service, Truth, attempt, serve

T = TypeVar("T")
LEARNERS = {"many": 20_000, "few": 130}
CONNECTIONS = 4
BATCHES = (1, 16, 64, 128)
BIG = {"users", "user_progress", "xp_ledger", "idempotency_keys", "activity_days", "board_outbox"} | {
    "revoked_tokens",
    "user_identities",
}
MUST_BE_SEEN = {AWARD, LOCK_LEARNER, FIND_ANSWER}
NOWHERE = "redis://127.0.0.1:1/0"
"""Redis is away, so PostgreSQL answers everything."""
ACCOUNT = {"username": "penjelajah", "password": "kompas-dan-tali"}
NEW_PASSWORD = {"old_password": ACCOUNT["password"], "new_password": "tali-dan-kompas"}

FILL = """
    INSERT INTO user_progress (user_id, level_id, status, xp_earned, score, correct_answers, total_questions,
                               time_spent_seconds, completed_at)
    SELECT u.id, l.id, 'COMPLETED', 10, 5, 5, 5, 0, now()
      FROM users u CROSS JOIN (SELECT id FROM levels WHERE is_active ORDER BY id DESC LIMIT 2) l;
    INSERT INTO activity_days SELECT id, current_date - n FROM users CROSS JOIN generate_series(1, 2) n;
    INSERT INTO idempotency_keys (user_id, key, fingerprint, answer) SELECT id, 'key', '\\x00', '\\x00' FROM users;
    INSERT INTO board_outbox (user_id) SELECT id FROM users;
    INSERT INTO revoked_tokens (token_id, user_id, expires_at) SELECT decode(md5(id::text), 'hex'), id, now() FROM users;
    INSERT INTO user_identities (provider, subject, user_id) SELECT 'google', id::text, id FROM users;
"""


@dataclass
class Seen:
    """What was sent to PostgreSQL: each statement, with the parameters of its calls."""

    calls: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def note(self, logged: asyncpg.connection.LoggedQuery) -> None:
        if logged.query.split(maxsplit=1)[0] in ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"):
            self.calls.setdefault(logged.query, []).append(tuple(logged.args))


@pytest.fixture(params=list(LEARNERS.values()), ids=list(LEARNERS))
def busy(request: pytest.FixtureRequest, packed_stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """The service over many learners, or as few as there are at first: a plan outlives the time it was made for."""
    asyncio.run(fill(packed_stores, request.param))
    with serve(replace(packed_stores, redis_url=NOWHERE), tmp_path, database_connections=CONNECTIONS) as running:
        yield running


@pytest.fixture
async def plans(busy: Service, truth: Truth) -> list[tuple[str, Node]]:
    """The plans of all statements that requests cause."""
    seen = Seen()
    within(busy, watch(busy.services.database, CONNECTIONS, seen.note))
    admin = await truth.fetchval("SELECT max(id) FROM users")
    await truth.execute("UPDATE users SET role = 'admin' WHERE id = $1", admin)
    await use_everything(busy, admin // 2, admin)
    within(busy, award_batches(busy))
    assert seen.calls.keys() >= MUST_BE_SEEN
    assert {len(call[0]) for call in seen.calls[AWARD]} >= set(BATCHES)
    return await plans_of(busy, seen)


async def test_no_request_reads_a_large_table_from_end_to_end(plans: list[tuple[str, Node]]) -> None:
    """Every statement that requests cause finds its rows by an index, planned for its parameters or for any."""
    assert [(sql, tables) for sql, plan in plans if (tables := scanned_whole(plan) & BIG)] == []


async def test_a_batch_of_awards_costs_no_square_of_its_size(plans: list[tuple[str, Node]]) -> None:
    """What a batch wrote is joined by hash, and what an attempt needs is looked up once, not for each pair of attempts."""
    awards = [plan for sql, plan in plans if sql == AWARD]
    assert [looped_over(plan) & {"paid", "progressed", "changed", "written"} for plan in awards] == [set()] * len(
        awards
    )
    assert [looked_up_for_each_pair(plan) for plan in awards] == [set()] * len(awards)


async def plans_of(service: Service, seen: Seen) -> list[tuple[str, Node]]:
    """Each statement's plans for the parameters it came with, and its plan for any."""
    plans = []
    async with as_the_service(service.stores) as connection:
        for sql, calls in list(seen.calls.items()):  # others may come meanwhile
            plans += [(sql, await custom_plan(connection, sql, args)) for args in calls]
            plans.append((sql, await generic_plan(connection, sql)))
    return plans


async def fill(stores: StoreUrls, learners: int) -> None:
    database = await Database.open(stores.database_url)
    await populate(database, learners, with_progress=False)
    await database.close()
    owner = await asyncpg.connect(stores.owner_database_url)
    await owner.execute(FILL)
    await owner.execute("VACUUM ANALYZE")
    await owner.close()


@asynccontextmanager
async def as_the_service(stores: StoreUrls) -> AsyncIterator[Truth]:
    """A session with the service's role and settings."""
    connection = await asyncpg.connect(stores.database_url, server_settings=SESSION_SETTINGS)
    try:
        yield connection
    finally:
        await connection.close()


def within(service: Service, work: Coroutine[Any, Any, T]) -> T:
    """Run `work` in the service's own loop."""
    return asyncio.run_coroutine_threadsafe(work, service.loop).result(60)


async def use_everything(service: Service, learner: int, admin: int) -> None:
    """Each route that asks PostgreSQL, at least once."""
    level = first_level(service)
    section = next(iter(service.services.library.catalog.section_by_id))
    body = attempt(level.id, level.total_questions, total=level.total_questions)
    async with service.client() as anyone, service.client(learner) as mine, service.client(admin) as chief:
        ok(await anyone.post("/auth/register", json={**ACCOUNT, "name": "Penjelajah"}))
        session = await anyone.post("/auth/login", json=ACCOUNT)
        for path, sent in (("/auth/password", NEW_PASSWORD), ("/auth/logout", {}), ("/auth/logout-everywhere", {})):
            ok(session)
            token = {"Authorization": f"Bearer {session.json()['data']['access_token']}"}
            ok(await anyone.post(path, json=sent, headers=token))
            session = await anyone.post("/auth/login", json=ACCOUNT | {"password": NEW_PASSWORD["new_password"]})
        for headers in ({}, {"Idempotency-Key": "k"}, {"Idempotency-Key": "k"}):
            ok(await mine.post("/training/progress/submit", json=body, headers=headers))
        lost = await mine.post(
            "/training/progress/submit", json=body | {"level_id": "gone"}, headers={"Idempotency-Key": "new"}
        )
        assert lost.status_code == 404
        for path in (
            "/training/progress/state",
            f"/training/sections/{section}/path",
            "/leaderboard?limit=100",
            "/leaderboard/me",
            "/leaderboard/me?neighbours=5",
            "/users/me",
            f"/users/{admin}/public",
            f"/users/{learner}/hearts",
        ):
            ok(await mine.get(path))
        ok(await mine.post(f"/users/{learner}/hearts/decrement", json={"amount": 1}))
        ok(await mine.delete("/me/avatar"))
        ok(await mine.patch("/users/me/profile", json={"full_name": "Rimba"}))
        active = (await mine.get("/users/me")).json()["data"]["last_active_date"]
        ok(await mine.put("/users/me/stats", json={"streak": 1, "last_active_date": active}))
        reason = {"reason": "a test"}
        order = {**reason, "amount": 5, "correction_id": str(uuid4())}
        for _ in range(2):
            ok(await chief.post(f"/admin/users/{learner}/corrections", json=order))
        ok(await chief.put(f"/admin/users/{learner}/suspension", json=reason))
        ok(await chief.request("DELETE", f"/admin/users/{learner}/suspension", json=reason))
        ok(await chief.request("DELETE", f"/admin/users/{learner}", json=reason))


def ok(answer: httpx.Response) -> None:
    assert answer.is_success, answer.text


async def award_batches(service: Service) -> None:
    """Attempts of many learners in one statement, as many connections at once would cause them; and one alone."""
    repository = TrainingRepository(service.services.database)
    level = first_level(service)
    rows = await service.services.database.fetch(
        "SELECT id FROM users WHERE is_active ORDER BY id LIMIT $1", max(BATCHES)
    )
    ids = [row["id"] for row in rows]
    for batch in BATCHES:
        await repository.write([a_submission(user_id, level) for user_id in ids[:batch]])
    await repository.write_alone(a_submission(ids[-1], level))


def a_submission(user_id: int, level: Level) -> Submission:
    return Submission(
        submission_id=uuid4(),
        at=SystemClock().now(),
        user_id=user_id,
        level=level,
        passed=True,
        correct_answers=level.total_questions,
        score=level.total_questions,
        total_questions=level.total_questions,
        time_spent_seconds=0,
        idempotency_key="of this attempt",
        fingerprint=b"\0",
        answer_format="%1$s %2$s %3$s %4$s %5$s",
    )


def first_level(service: Service) -> Level:
    return next(iter(service.services.library.catalog.level_by_id.values()))
