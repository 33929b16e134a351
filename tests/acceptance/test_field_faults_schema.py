"""What went wrong in the field with what a database is made of: its tables, and the content loaded into it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

import scout_os.leaderboard.tables
import scout_os.reviews.tables
import scout_os.training.tables
import scout_os.users.tables
from scout_os.core.metadata import metadata
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.migrations import migrate
from scout_os.training.content import load_catalog, load_pack, read_pack
from scout_os.training.models import Catalog
from tests.service import Truth

FEATURES = (
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


@pytest.fixture
async def empty_databases(servers: StoreUrls) -> AsyncIterator[tuple[str, str]]:
    """The addresses of two databases with nothing in them, for the owner."""
    root = await asyncpg.connect(servers.owner_database_url)
    names = ("schema_by_migrations", "schema_by_models")
    try:
        for name in names:
            await root.execute(f"CREATE DATABASE {name}")
        base = servers.owner_database_url.rsplit("/", 1)[0]
        yield f"{base}/{names[0]}", f"{base}/{names[1]}"
    finally:
        for name in names:
            await root.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await root.close()


async def test_fault_32_migrations_that_could_not_build_the_schema(
    servers: StoreUrls, empty_databases: tuple[str, str]
) -> None:
    """From nothing, migrations build just what the models say; run again they change nothing; undone they leave nothing."""
    by_migrations, by_models = empty_databases
    nothing = await catalog_of(by_migrations)
    await asyncio.to_thread(migrate, by_migrations, servers.database_url)
    migrated = await catalog_of(by_migrations)
    await asyncio.to_thread(migrate, by_migrations, servers.database_url)
    assert await catalog_of(by_migrations) == migrated

    await create_all(by_models)
    modelled = await catalog_of(by_models)
    for kind in CATALOG:
        assert migrated[kind] == modelled[kind], kind
    assert {row[0] for row in migrated["tables"]} >= {table.name for table in metadata.sorted_tables}
    assert any("xp_ledger_pays_once" in row for row in migrated["constraints"])

    await asyncio.to_thread(command.downgrade, alembic(by_migrations), "base")
    assert await catalog_of(by_migrations) == nothing


def rewritten(source: Path, target: Path, name_of: Callable[[int], str]) -> Path:
    """The pack of `source` in `target`, its files named anew and all that is in them the other way round."""
    for number, path in enumerate(sorted(source.glob("*.yaml"))):
        content = turned_around(yaml.safe_load(path.read_text("utf-8")))
        (target / name_of(number)).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    return target


def turned_around(value: Any) -> Any:
    """The same content with every list of things that carry their own `order` or number the other way round."""
    if isinstance(value, dict):
        return {key: turned_around(part) for key, part in reversed(value.items())}
    if isinstance(value, list) and value and all(isinstance(part, dict) and "id" in part for part in value):
        return [turned_around(part) for part in reversed(value)]
    return value


@pytest.mark.parametrize(
    "name_of", [lambda n: f"{9 - n}.yaml", lambda n: f"{(n + 2) % 5}.yaml"], ids=["back", "turned"]
)
async def test_fault_24_any_seed_order_but_the_right_one_lost_questions(
    database: Database, owner: Truth, pack_dir: Path, tmp_path: Path, name_of: Callable[[int], str]
) -> None:
    """Whatever order the files come in, and what is in them, the same sections, units, levels and questions are served."""
    await load_pack(database, read_pack(pack_dir))
    right = outline_of(await load_catalog(database))
    await owner.execute("TRUNCATE content_state, sections, units, levels, level_versions, questions CASCADE")
    summary = await load_pack(database, read_pack(rewritten(pack_dir, tmp_path, name_of)))
    assert outline_of(await load_catalog(database)) == right
    assert summary.questions.added == len(right["questions"]) >= 600


def outline_of(catalog: Catalog | None) -> dict[str, Any]:
    """All that the service serves of a catalogue, in its order."""
    assert catalog is not None
    questions = [question for level in catalog.level_by_id.values() for question in level.questions]
    return {
        "sections": [(section.id, section.order) for section in catalog.sections],
        "units": [(unit.id, unit.order) for unit in catalog.unit_by_id.values()],
        "levels": [(level.id, level.xp_reward, level.requires) for level in catalog.level_by_id.values()],
        "questions": [(question.id, question.order, question.question, question.payload) for question in questions],
    }


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
