"""Learners made for load tests keep every promise about sums."""

from __future__ import annotations

import pytest

from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.training.population import NoContent, gather_statistics, populate
from tests.learners import untrue_totals
from tests.service import Truth

_OTHER_STREAK = """
    SELECT u.id FROM users u LEFT JOIN activity_days d ON d.user_id = u.id GROUP BY u.id
    HAVING u.streak <> count(d.day) OR u.last_active_date IS DISTINCT FROM max(d.day) OR max(d.day) - min(d.day) >= u.streak
        OR (SELECT count(DISTINCT (created_at AT TIME ZONE 'Asia/Jakarta')::date) FROM xp_ledger l
             WHERE l.user_id = u.id AND source LIKE 'level:%') <> u.streak
"""


@pytest.mark.parametrize("with_progress", [True, False])
async def test_totals_are_the_sums_of_the_ledger_and_many_are_tied(
    packed_stores: StoreUrls, truth: Truth, with_progress: bool
) -> None:
    """The total is the ledger's sum for each learner, awards match content and days, most totals are shared."""
    database = await Database.open(packed_stores.database_url)
    done: list[int] = []
    ids = await populate(database, 3500, with_progress=with_progress, keep=10, progress=done.append)
    await database.close()
    assert len(set(ids)) == 10
    assert done == sorted(done)
    assert done[-1] == 3500
    assert await truth.fetchval("SELECT count(*) FROM users") == 3500
    assert await untrue_totals(truth) == 0
    totals = [row["total_xp"] for row in await truth.fetch("SELECT total_xp FROM users")]
    assert totals.count(0) > 10
    assert len(set(totals)) < 130
    assert max(totals) > 1000
    completed = await truth.fetchval("SELECT count(*) FROM user_progress")
    awards = await truth.fetchval("SELECT count(*) FROM xp_ledger WHERE source LIKE 'level:%'")
    assert completed == awards
    assert bool(completed) is with_progress
    assert bool(await truth.fetchval("SELECT count(*) FROM activity_days")) is with_progress
    assert await truth.fetch(_OTHER_STREAK) == []
    late = "SELECT count(*) FROM users WHERE (created_at AT TIME ZONE 'Asia/Jakarta')::time <> '00:00'"
    assert await truth.fetchval(late) == 0, "each signed up as a day began, so nobody does later than now"


async def test_the_tables_are_planned_for_as_they_are(packed_stores: StoreUrls, truth: Truth) -> None:
    """After `gather_statistics` PostgreSQL knows how many learners there are, and has looked which pages are clean."""
    database = await Database.open(packed_stores.database_url)
    await populate(database, 2000, with_progress=True)
    await database.close()
    await gather_statistics(packed_stores.owner_database_url)
    assert await truth.fetchval("SELECT reltuples FROM pg_class WHERE oid = 'users'::regclass") == 2000
    assert await truth.fetchval("SELECT last_vacuum IS NOT NULL FROM pg_stat_user_tables WHERE relname = 'users'")
    assert await truth.fetchval("SELECT reltuples > 10000 FROM pg_class WHERE oid = 'user_progress'::regclass")


async def test_what_ends_it_is_raised_as_it_is(packed_stores: StoreUrls) -> None:
    """A failure of one writer ends the others and reaches the caller, not a group of failures."""

    def end(_done: int) -> None:
        raise KeyError("enough")

    database = await Database.open(packed_stores.database_url)
    with pytest.raises(KeyError):
        await populate(database, 5000, with_progress=False, progress=end)
    assert 0 < await database.fetchval("SELECT count(*) FROM users") < 5000
    await database.close()


async def test_without_content_nobody_can_have_earned_anything(database: Database) -> None:
    """Refused with the way out, and nothing written."""
    with pytest.raises(NoContent):
        await populate(database, 10, with_progress=True)
    assert await database.fetchval("SELECT count(*) FROM users") == 0
