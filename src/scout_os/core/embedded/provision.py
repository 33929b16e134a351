"""Creates roles, database and grants, at every start; what exists is kept."""

import asyncpg

from scout_os.core.embedded.credentials import DATABASE, OWNER, READER, SERVICE, Credentials
from scout_os.core.embedded.ports import HOST

_CONNECT_TIMEOUT_SECONDS = 20.0
_PLAIN = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"

_GRANTS = f"""
    GRANT CONNECT ON DATABASE {DATABASE} TO {SERVICE}, {READER};
    GRANT USAGE ON SCHEMA public TO {SERVICE}, {READER};
    GRANT pg_read_all_data TO {READER};
    ALTER ROLE {READER} SET default_transaction_read_only = on;
"""


async def provision(port: int, credentials: Credentials) -> None:
    """Create the database and the roles, with their passwords and rights. Migrations grant rights on tables."""
    connection = await _connect_making_database(port, credentials.owner)
    try:
        async with connection.transaction():
            await _ensure_role(connection, SERVICE, credentials.service)
            await _ensure_role(connection, READER, credentials.reader)
            await connection.execute(_GRANTS)
    finally:
        await connection.close()


async def _connect_making_database(port: int, password: str) -> asyncpg.Connection:
    try:
        return await _connect(port, password, DATABASE)
    except asyncpg.InvalidCatalogNameError:  # the first start
        maintenance = await _connect(port, password, "postgres")
        try:
            await maintenance.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            await maintenance.close()
        return await _connect(port, password, DATABASE)


async def _connect(port: int, password: str, database: str) -> asyncpg.Connection:
    # Without `ssl`, asyncpg would try TLS first and obey PGSSLMODE.
    return await asyncpg.connect(
        host=HOST,
        port=port,
        user=OWNER,
        password=password,
        database=database,
        ssl=False,
        timeout=_CONNECT_TIMEOUT_SECONDS,
    )


async def _ensure_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    exists = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if exists else "CREATE"
    # These statements take no parameters, so the server quotes the password.
    quoted = await connection.fetchval("SELECT quote_literal($1)", password)
    await connection.execute(f"{verb} ROLE {role} {_PLAIN} PASSWORD {quoted}")
