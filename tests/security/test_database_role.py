"""An attack from inside: whoever has the service's own connection can neither rewrite the ledger nor change the schema."""

from __future__ import annotations

import asyncpg
import pytest

from scout_os.core.postgres import Connection, Database
from tests.service import Truth, add_learners

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
FORBIDDEN = [
    "UPDATE xp_ledger SET amount = 1000000",
    "DELETE FROM xp_ledger",
    "TRUNCATE xp_ledger",
    """INSERT INTO xp_ledger (user_id, source, amount, submission_id) VALUES (1, 'x', 5, gen_random_uuid())
       ON CONFLICT ON CONSTRAINT xp_ledger_pays_once DO UPDATE SET amount = 9""",
    "MERGE INTO xp_ledger USING users u ON user_id = u.id WHEN MATCHED THEN UPDATE SET amount = 9",
    "ALTER TABLE xp_ledger DISABLE TRIGGER ALL",
    "SET session_replication_role = 'replica'",
    "DROP TRIGGER xp_ledger_append_only ON xp_ledger",
    "CREATE OR REPLACE FUNCTION xp_ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "ALTER TABLE xp_ledger DROP CONSTRAINT xp_ledger_pays_once",
    "ALTER TABLE users ADD COLUMN backdoor text",
    "DELETE FROM users",
    "DROP TABLE questions",
    "CREATE TABLE loot (x text)",
    "CREATE SCHEMA loot",
    "CREATE ROLE thief SUPERUSER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "GRANT ALL ON xp_ledger TO CURRENT_USER; UPDATE xp_ledger SET amount = 9",
    "SET ROLE pg_write_server_files",
    "UPDATE alembic_version SET version_num = '9999'",
    "COPY users TO PROGRAM 'cat'",
    "COPY users TO '/tmp/loot'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT rolpassword FROM pg_authid",
    "CREATE EXTENSION dblink",
    "ALTER SYSTEM SET log_statement = 'all'",
]


async def test_the_services_role_may_do_none_of_it(database: Database, owner: Truth) -> None:
    """What the service itself never does, its role cannot do, and the ledger stays as it was."""
    await book(owner)
    async with database.connection() as inside:
        assert [statement for statement in FORBIDDEN if not await is_refused(inside, statement)] == []
    assert await owner.fetchval("SELECT sum(amount) FROM xp_ledger") == 5


async def test_not_even_the_owner_rewrites_the_ledger_by_a_slip(owner: Truth) -> None:
    """A trigger refuses it to everybody."""
    await book(owner)
    for statement in FORBIDDEN[:3]:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append only"):
            await owner.execute(statement)


async def test_no_table_is_the_services_own(database: Database) -> None:
    """The service's role owns nothing, is a member of nothing, and may not bypass anything."""
    me = await database.fetchrow("SELECT * FROM pg_roles WHERE rolname = current_user")
    assert me is not None
    for power in ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls"):
        assert me[power] is False, power
    assert not await database.fetch(f"{TABLES} AND tableowner = current_user")
    assert not await database.fetch(
        "SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE rolname = current_user"
    )


async def book(owner: Truth) -> None:
    """A learner with a row in the ledger."""
    [learner] = await add_learners(owner, 1)
    await owner.execute(
        "INSERT INTO xp_ledger (user_id, source, amount, submission_id) VALUES ($1, 'x', 5, gen_random_uuid())", learner
    )


async def is_refused(connection: Connection, statement: str) -> bool:
    """Whether PostgreSQL says that the role may not; whatever else it says counts as not."""
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return True
    except asyncpg.PostgresError:
        return False
    return False
