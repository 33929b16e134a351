"""Alembic's environment: one connection, one transaction, one migration at a time on a database."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

import scout_os.auth.tables
import scout_os.core.tables
import scout_os.leaderboard.tables
import scout_os.reviews.tables
import scout_os.training.tables
import scout_os.users.tables  # noqa: F401 - the tables register themselves
from scout_os.core.metadata import metadata


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('scout-os migrate'))"))
        # A migration that cannot get its locks at once gives up; waiting for them would block the service.
        connection.execute(text("SET LOCAL lock_timeout = '500ms'"))
        connection.execute(text("SET LOCAL statement_timeout = '10min'"))
        context.run_migrations()


async def main() -> None:
    url = make_url(context.config.attributes["url"]).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, connect_args={"timeout": 5})
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
            await connection.commit()
    finally:
        await engine.dispose()


asyncio.run(main())
