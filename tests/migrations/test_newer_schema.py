"""A release that was rolled back finds the schema of its successor."""

from __future__ import annotations

import asyncio

import asyncpg

from scout_os.core.postgres import Database
from scout_os.instance import StoreUrls
from scout_os.migrations import is_current, migrate


def test_migrating_leaves_a_newer_schema_alone(stores: StoreUrls) -> None:
    """On a later revision, migrate changes nothing and does not fail, and the schema counts as current."""
    asyncio.run(set_revision(stores.owner_database_url, "9999"))
    migrate(stores.owner_database_url, stores.database_url)
    assert asyncio.run(revision_is_current(stores)) == ("9999", True)


def test_an_older_schema_is_not_current_and_an_empty_database_neither(stores: StoreUrls) -> None:
    """Readiness waits for the migration."""
    asyncio.run(set_revision(stores.owner_database_url, "0000"))
    assert asyncio.run(revision_is_current(stores)) == ("0000", False)


async def set_revision(url: str, revision: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE alembic_version SET version_num = $1", revision)
    await connection.close()


async def revision_is_current(stores: StoreUrls) -> tuple[str, bool]:
    database = await Database.open(stores.database_url)
    try:
        return await database.fetchval("SELECT version_num FROM alembic_version"), await is_current(database)
    finally:
        await database.close()
