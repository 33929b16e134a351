"""Migrating builds just what the models say, leaves newer schemas alone, and grants the service's rights."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

import scout_os.core.tables
import scout_os.leaderboard.tables
import scout_os.reviews.tables
import scout_os.training.tables
import scout_os.users.tables
from scout_os.core.metadata import metadata
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.migrations import head_revision, is_current, migrate
from tests.servers import at, query

FEATURES = (
    scout_os.core.tables,
    scout_os.users.tables,
    scout_os.training.tables,
    scout_os.reviews.tables,
    scout_os.leaderboard.tables,
)

_OURS = "relnamespace = 'public'::regnamespace AND relname NOT LIKE 'alembic_version%'"
CATALOG = {
    "tables": f"SELECT relname, relkind, relpersistence, obj_description(oid, 'pg_class') FROM pg_class WHERE {_OURS}",
    "columns": f"""
        SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
               pg_get_expr(adbin, adrelid), col_description(attrelid, attnum), collname
          FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_collation n ON n.oid = attcollation
               LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
         WHERE attnum > 0 AND NOT attisdropped AND relkind = 'r' AND {_OURS}""",
    "constraints": f"""
        SELECT relname, conname, contype, convalidated, pg_get_constraintdef(k.oid)
          FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid WHERE {_OURS}""",
    "indexes": f"""
        SELECT relname, pg_get_indexdef(indexrelid), indisvalid
          FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE {_OURS}""",
    "triggers": f"""
        SELECT relname, pg_get_triggerdef(t.oid), tgenabled
          FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal AND {_OURS}""",
    "functions": "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "types": """
        SELECT typname FROM pg_type t
         WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')""",
}


SET_REVISION = "UPDATE alembic_version SET version_num = '{}'"


@pytest.fixture
def empty_databases(servers: StoreUrls) -> Iterator[tuple[str, ...]]:
    """The addresses of two databases with nothing in them, for the owner."""
    owner = servers.owner_database_url
    names = ("schema_by_migrations", "schema_by_models")
    for name in names:
        query(owner, f"CREATE DATABASE {name}")
    yield tuple(at(owner, name) for name in names)
    for name in names:
        query(owner, f"DROP DATABASE {name} WITH (FORCE)")


async def test_migrations_build_what_the_models_say(servers: StoreUrls, empty_databases: tuple[str, ...]) -> None:
    """From nothing, migrations build just what the models say; run again they change nothing; undone they leave nothing."""
    by_migrations, by_models = empty_databases
    nothing = await catalog_of(by_migrations)
    await asyncio.to_thread(migrate, by_migrations, servers.database_url)
    migrated = await catalog_of(by_migrations)
    await asyncio.to_thread(migrate, by_migrations, servers.database_url)
    assert await catalog_of(by_migrations) == migrated

    await create_all(by_models)
    modelled = await catalog_of(by_models)
    for kind in CATALOG.keys() - {"triggers", "functions"}:  # only migrations describe those
        assert migrated[kind] == modelled[kind], kind
    assert {row[0] for row in migrated["tables"]} >= {table.name for table in metadata.sorted_tables}
    assert any("xp_ledger_pays_once" in row for row in migrated["constraints"])
    assert [row[0] for row in migrated["triggers"]] == ["revoked_tokens", "users", "users", "xp_ledger"]

    await asyncio.to_thread(command.downgrade, alembic(by_migrations), "base")
    assert await catalog_of(by_migrations) == nothing


def test_migrating_leaves_a_newer_schema_alone(stores: StoreUrls) -> None:
    """On a later revision, migrate changes nothing and does not fail, and the schema counts as current."""
    query(stores.owner_database_url, SET_REVISION.format("9999"))
    migrate(stores.owner_database_url, stores.database_url)
    assert asyncio.run(revision_is_current(stores)) == ("9999", True)


def test_an_older_schema_is_not_current_and_an_empty_database_neither(stores: StoreUrls) -> None:
    """Readiness waits for the migration."""
    query(stores.owner_database_url, SET_REVISION.format("0000"))
    assert asyncio.run(revision_is_current(stores)) == ("0000", False)


@pytest.mark.parametrize("lacking", ["ALL", "UPDATE"])
def test_a_schema_is_not_current_before_its_rights_are_granted(stores: StoreUrls, lacking: str) -> None:
    """A service that starts while another process migrates waits for the rights on new tables, and does not fail on them."""
    owner, role = stores.owner_database_url, urlsplit(stores.database_url).username
    query(owner, f'REVOKE {lacking} ON installation_clock FROM "{role}"')
    assert asyncio.run(revision_is_current(stores)) == (head_revision(), False)
    migrate(owner, stores.database_url)
    assert asyncio.run(revision_is_current(stores)) == (head_revision(), True)


def test_the_rights_go_to_a_role_whose_name_a_url_must_escape(stores: StoreUrls) -> None:
    """A name with an @ in it is the role's own in PostgreSQL, however its URL has to spell it."""
    owner = stores.owner_database_url
    query(owner, 'CREATE ROLE "scout@service"')
    try:
        migrate(owner, "postgresql://scout%40service:secret@127.0.0.1/scout")
        has_right = "SELECT has_table_privilege('scout@service', 'xp_ledger', 'INSERT')"
        assert query(owner, has_right)
    finally:
        query(owner, 'DROP OWNED BY "scout@service"')
        query(owner, 'DROP ROLE "scout@service"')


async def catalog_of(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """What PostgreSQL itself says the schema is."""
    connection = await asyncpg.connect(url)
    try:
        found = {kind: [tuple(row) for row in await connection.fetch(sql)] for kind, sql in CATALOG.items()}
    finally:
        await connection.close()
    return {kind: sorted(rows, key=repr) for kind, rows in found.items()}


async def create_all(url: str) -> None:
    """The schema as the models say."""
    assert all(FEATURES)  # imported, so their tables are known
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()


def alembic(url: str) -> Config:
    """Alembic on our migrations, as an operator's own tool would be set up."""
    config = Config()
    config.set_main_option("script_location", "scout_os:migrations")
    config.attributes["url"] = url
    return config


async def revision_is_current(stores: StoreUrls) -> tuple[str, bool]:
    """The revision, and whether the service takes it for its own."""
    database = await Database.open(stores.database_url)
    try:
        return await database.fetchval("SELECT version_num FROM alembic_version"), await is_current(database)
    finally:
        await database.close()
