"""PostgreSQL: a connection pool that never waits without a limit and reports every failure as `Unavailable`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from scout_os.core.breaker import Breaker
from scout_os.core.bulkhead import Bulkhead
from scout_os.core.problems import Unavailable

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
Record: TypeAlias = asyncpg.Record
Isolation = Literal["read_committed", "repeatable_read"]

CONNECT_SECONDS = 0.7
"""Below the second within which the service must answer 503 if PostgreSQL is unreachable."""
COMMAND_SECONDS = 1.8
POOL_WAITING = 1000
POOL_WAIT_SECONDS = 2.0
SESSION_SETTINGS = {
    "application_name": "scout-os",
    "timezone": "UTC",
    "statement_timeout": "1500",
    "lock_timeout": "500",
    "idle_in_transaction_session_timeout": "5000",
    "jit": "off",  # compiling costs more than our statements take
    # A plan cached while a table was small would scan the growing table until autovacuum analyses it, about a minute.
    # For a statement without a usable index PostgreSQL still scans.
    "enable_seqscan": "off",
    # Planning the award statement for its parameters costs more than to run it for one learner, and finds no better plan.
    "plan_cache_mode": "force_generic_plan",
}
LOCAL_SETTINGS = "; ".join(
    f"SET LOCAL {name} = {value}" for name, value in SESSION_SETTINGS.items() if name.endswith("_timeout")
)
"""For each transaction behind a pooler, which allows no start-up parameters."""

AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the driver lost the connection in the middle of its protocol
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.PostgresSystemError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
"""Errors of a PostgreSQL that is down, starting, full, read-only, overloaded or unreachable."""

UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
"""Those that concern the server and not one statement; the breaker counts them."""


class Database:
    """A bounded pool of connections as one role.

    `connection()` and `transaction()` raise `Unavailable` for every failure in `AWAY`. After a commit was sent,
    `Unavailable` means that the outcome is unknown, not that the transaction was rolled back.
    """

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], *, breaker: Breaker, pooler: bool) -> None:
        self._pool = pool
        self._pooler = pooler
        self._breaker = breaker
        # As wide as the pool, so callers wait here, for a limited time, and never for the pool.
        self._bulkhead = Bulkhead(
            width=pool.get_max_size(),
            waiting=POOL_WAITING,
            seconds=POOL_WAIT_SECONDS,
            stuck_seconds=CONNECT_SECONDS,  # a new pool first opens its connections; that is not a hang
        )

    @classmethod
    async def open(cls, url: str, *, size: int = 16, pooler: bool = False, breaker: Breaker | None = None) -> Database:
        """Create the pool without connecting, so that the service starts while PostgreSQL is away."""
        session = {} if pooler else SESSION_SETTINGS
        pool = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=size,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            max_inactive_connection_lifetime=600,
            # A prepared statement belongs to one server connection; behind a pooler the next query may use another.
            statement_cache_size=0 if pooler else 256,
            server_settings=session,
            reset=_keep_session,
        )
        return cls(pool, breaker=breaker or Breaker(), pooler=pooler)

    async def close(self) -> None:
        """Close all connections; after 5 s also those still in use."""
        try:
            async with asyncio.timeout(5):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for statements that are each their own transaction."""
        if self._pooler:
            async with self.transaction() as connection:
                yield connection
            return
        async with self._acquire() as connection:
            yield connection

    @asynccontextmanager
    async def transaction(
        self, isolation: Isolation = "read_committed", *, readonly: bool = False
    ) -> AsyncIterator[Connection]:
        """One transaction: committed at the end of the block, rolled back if it raises."""
        async with self._acquire() as connection, connection.transaction(isolation=isolation, readonly=readonly):
            if self._pooler:
                await connection.execute(LOCAL_SETTINGS)
            yield connection

    @asynccontextmanager
    async def _acquire(self) -> AsyncIterator[Connection]:
        """A connection. Errors in `AWAY`, also those of the block, become `Unavailable`."""
        async with self._bulkhead.enter():
            if not self._breaker.allow():
                raise Unavailable("PostgreSQL is not reachable at the moment. Please try again.")
            connected = False
            try:
                async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection:
                    connected = True
                    try:
                        yield connection
                    except asyncpg.InternalClientError:
                        connection.terminate()  # its state is unknown
                        raise
            except AWAY as error:
                if connected and isinstance(error, TimeoutError):
                    self._breaker.trip()  # a healthy server's statement_timeout comes before ours
                elif isinstance(error, UNREACHABLE):
                    self._breaker.failed()
                raise Unavailable from error
            self._breaker.succeeded()

    async def fetch(self, sql: str, *args: Any) -> list[Record]:
        async with self.connection() as connection:
            rows: list[Record] = await connection.fetch(sql, *args)
            return rows

    async def fetchrow(self, sql: str, *args: Any) -> Record | None:
        async with self.connection() as connection:
            return await connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        async with self.connection() as connection:
            return await connection.fetchval(sql, *args)


async def take_turn(connection: Connection, work: str) -> bool:
    """Be the only process that does this `work` until the transaction ends; False if another one does it."""
    taken: bool = await connection.fetchval("SELECT pg_try_advisory_xact_lock(hashtext($1))", f"scout-os {work}")
    return taken


async def _keep_session(_: object) -> None:
    """Replaces the pool's RESET ALL, which costs a round trip: our sessions are never changed."""
