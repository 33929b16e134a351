"""What migrating leaves alone, and to whom it grants rights."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from scout_os.cli.services import _until_installed
from scout_os.core.postgres import Database
from scout_os.core.problems import Unavailable
from scout_os.core.store_urls import StoreUrls
from scout_os.migrations import is_current, migrate
from tests.service import Truth


def test_migrating_leaves_a_newer_schema_alone(stores: StoreUrls) -> None:
    """On a later revision, migrate changes nothing and does not fail, and the schema counts as current."""
    asyncio.run(set_revision(stores.owner_database_url, "9999"))
    migrate(stores.owner_database_url, stores.database_url)
    assert asyncio.run(revision_is_current(stores)) == ("9999", True)


def test_an_older_schema_is_not_current_and_an_empty_database_neither(stores: StoreUrls) -> None:
    """Readiness waits for the migration."""
    asyncio.run(set_revision(stores.owner_database_url, "0000"))
    assert asyncio.run(revision_is_current(stores)) == ("0000", False)


def test_the_rights_go_to_a_role_whose_name_a_url_must_escape(stores: StoreUrls) -> None:
    """A name with an @ in it is the role's own in PostgreSQL, however its URL has to spell it."""
    owner = stores.owner_database_url
    asyncio.run(fetchval(owner, 'CREATE ROLE "scout@service"'))
    try:
        migrate(owner, "postgresql://scout%40service:secret@127.0.0.1/scout")
        has_right = "SELECT has_table_privilege('scout@service', 'xp_ledger', 'INSERT')"
        assert asyncio.run(fetchval(owner, has_right))
    finally:
        asyncio.run(fetchval(owner, 'DROP OWNED BY "scout@service"'))
        asyncio.run(fetchval(owner, 'DROP ROLE "scout@service"'))


async def test_a_command_says_that_it_waits_for_a_migration_in_vain(
    database: Database, owner: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a schema that stays older than the release, a command ends with the reason and the way out."""
    monkeypatch.setattr("scout_os.cli.services.INSTALL_SECONDS", 0.3)
    await owner.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(Unavailable, match="scout-os migrate"):
        await _until_installed(database)


async def set_revision(url: str, revision: str) -> None:
    await fetchval(url, f"UPDATE alembic_version SET version_num = '{revision}'")


async def revision_is_current(stores: StoreUrls) -> tuple[str, bool]:
    database = await Database.open(stores.database_url)
    try:
        return await database.fetchval("SELECT version_num FROM alembic_version"), await is_current(database)
    finally:
        await database.close()


async def fetchval(url: str, sql: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()
