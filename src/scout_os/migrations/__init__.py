"""Migrations of the schema, and the rights of the service's role."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

import asyncpg

from scout_os.core.postgres import AWAY, Database
from scout_os.core.problems import Unavailable

_READ = "SELECT"
_APPEND = "SELECT, INSERT"
_CHANGE = "SELECT, INSERT, UPDATE"
_ALL = "SELECT, INSERT, UPDATE, DELETE"

SERVICE_RIGHTS = {
    "alembic_version": _READ,
    "users": _CHANGE,
    "content_state": _CHANGE,
    "sections": _CHANGE,
    "units": _CHANGE,
    "levels": _CHANGE,
    "level_versions": _APPEND,
    "questions": _CHANGE,
    "content_files": _APPEND,
    "xp_ledger": _APPEND,
    "user_progress": _ALL,
    "activity_days": _ALL,
    "idempotency_keys": _ALL,
    "graded_attempts": _ALL,
    "review_flags": _ALL,
    "board_outbox": _ALL,
    "board_state": "SELECT, UPDATE",
    "revoked_tokens": "SELECT, INSERT, DELETE",
    "user_identities": "SELECT, INSERT, DELETE",
    "password_codes": _ALL,
    "installation_clock": "SELECT, UPDATE",
    "time_zones": _READ,
    "known_addresses": _ALL,
    "sign_ups": _ALL,
    "access_changes": "SELECT, UPDATE, DELETE",
}
"""The rights of the service's role on each table. It must not change or delete rows of the ledger."""


NO_ZONES = {"localtime", "Factory", "CET", "EET", "MET", "WET"}
"""Names of no place, and those that PostgreSQL takes for abbreviations, which know no summer time."""


@cache
def head_revision() -> str:
    """The revision of this release: the number of the last file in `versions/`."""
    return max(path.name[1:5] for path in (Path(__file__).parent / "versions").glob("v[0-9]*.py"))


_IS_GRANTED = """
SELECT bool_and(has_table_privilege(to_regclass(r.name), r.privilege)) FROM unnest($1::text[], $2::text[]) r (name, privilege)
"""


async def is_current(database: Database) -> bool:
    """Whether the schema is that of this release or a later one, with its rights, which are granted after it.

    (A release also works on the next release's schema, which may have dropped a table.)
    """
    try:
        revision = await database.fetchval("SELECT version_num FROM alembic_version")
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        return False
    if revision is None or str(revision) < head_revision():
        return False
    rights = [(table, right) for table, some in SERVICE_RIGHTS.items() for right in some.split(", ")]
    return await database.fetchval(_IS_GRANTED, *zip(*rights, strict=True)) is True


def migrate(owner_url: str, service_url: str) -> None:
    """Bring the schema to this release's revision and grant the service's role its rights. Waits for another migration.

    Raises `Unavailable` if PostgreSQL is away or a lock was not free at once; then try again.
    """
    # Imported here: only migrations need these libraries, and they are slow to import.
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.exc import InterfaceError, OperationalError

    try:
        if asyncio.run(_is_newer(owner_url)):
            return  # after a roll-back of the release: it works on the newer schema and must not change it
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.attributes["url"] = owner_url
        command.upgrade(config, "head")
        asyncio.run(_fill_time_zones(owner_url))
        if _role(owner_url) != _role(service_url):
            asyncio.run(_grant(owner_url, _role(service_url)))
    except (*AWAY, OperationalError, InterfaceError) as error:
        raise Unavailable(f"The database cannot be migrated now: {error}") from error


async def _is_newer(owner_url: str) -> bool:
    connection = await asyncpg.connect(owner_url, timeout=5)
    try:
        revision = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()
    return revision is not None and str(revision) > head_revision()


async def _fill_time_zones(owner_url: str) -> None:
    """Let `time_zones` hold what PostgreSQL and Python both know: either may have been updated since."""
    connection = await asyncpg.connect(owner_url, timeout=5)
    try:
        of_postgres = {row["name"] for row in await connection.fetch("SELECT name FROM pg_timezone_names")}
        names = sorted(of_postgres & available_timezones() - NO_ZONES)
        async with connection.transaction():
            await connection.execute("LOCK TABLE time_zones IN SHARE ROW EXCLUSIVE MODE")
            await connection.execute("DELETE FROM time_zones WHERE name <> ALL ($1::text[])", names)
            await connection.execute(
                "INSERT INTO time_zones (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING", names
            )
    finally:
        await connection.close()


async def _grant(owner_url: str, role: str) -> None:
    connection = await asyncpg.connect(owner_url, timeout=5)
    try:
        quoted = await connection.fetchval("SELECT quote_ident($1)", role)
        async with connection.transaction():
            # Otherwise two processes that grant at once could fail with "tuple concurrently updated".
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('scout-os migrate'))")
            await connection.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
            for table, rights in SERVICE_RIGHTS.items():
                await connection.execute(f"REVOKE ALL ON {table} FROM {quoted}; GRANT {rights} ON {table} TO {quoted}")
    finally:
        await connection.close()


def _role(url: str) -> str:
    return unquote(urlsplit(url).username or "")
