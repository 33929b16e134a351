"""Real servers for all tests: one PostgreSQL and one Valkey for the session, a fresh database for each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from scout_os.core.embedded import EmbeddedServers, discard
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.migrations import migrate
from scout_os.training.content import load_pack, read_pack
from tests.service import Service, Truth, serve

PACK_DIR = Path(__file__).parents[1] / "content" / "pramuka"
_numbers = count(1)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreUrls]:
    """One embedded PostgreSQL and one Valkey, without fsync, for the whole session."""
    data_dir = tmp_path_factory.mktemp("servers")
    embedded = EmbeddedServers(data_dir, durable=False)
    try:
        yield embedded.start()
    finally:
        embedded.stop()
        discard(data_dir)  # the servers' account may have its files elsewhere


@pytest.fixture(scope="session")
def template(servers: StoreUrls) -> str:
    """A migrated, empty database to copy for each test."""
    asyncio.run(_sql(servers.owner_database_url, "CREATE DATABASE template_empty"))
    migrate(_at(servers.owner_database_url, "template_empty"), servers.database_url)
    return "template_empty"


@pytest.fixture(scope="session")
def packed_template(servers: StoreUrls, template: str) -> str:
    """The same with the training pack of this release in it."""
    asyncio.run(_sql(servers.owner_database_url, f"CREATE DATABASE template_packed TEMPLATE {template}"))
    asyncio.run(_load(_at(servers.database_url, "template_packed"), PACK_DIR))
    return "template_packed"


@pytest.fixture
def stores(servers: StoreUrls, template: str) -> Iterator[StoreUrls]:
    """A fresh migrated database without content, and an empty Valkey."""
    with _fresh(servers, template) as urls:
        yield urls


@pytest.fixture
def packed_stores(servers: StoreUrls, packed_template: str) -> Iterator[StoreUrls]:
    """A fresh database with the training pack, and an empty Valkey."""
    with _fresh(servers, packed_template) as urls:
        yield urls


@pytest.fixture
def service(packed_stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """The whole service on a real socket, over `packed_stores`."""
    with serve(packed_stores, tmp_path) as running:
        yield running


@pytest.fixture
async def truth(packed_stores: StoreUrls) -> AsyncIterator[Truth]:
    """The service's database as the owner sees it."""
    connection = await asyncpg.connect(packed_stores.owner_database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def cache(packed_stores: StoreUrls) -> AsyncIterator[Redis]:
    """The service's Valkey, as a plain client sees it."""
    client = Redis.from_url(packed_stores.redis_url, decode_responses=True)
    yield client
    await client.aclose()


@pytest.fixture
async def database(stores: StoreUrls) -> AsyncIterator[Database]:
    """The test's database as the service's own role."""
    opened = await Database.open(stores.database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def owner(stores: StoreUrls) -> AsyncIterator[Truth]:
    """A plain connection as the owner, to look into every table and to prepare rows."""
    connection = await asyncpg.connect(stores.owner_database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def redis(stores: StoreUrls) -> AsyncIterator[Redis]:
    """A plain client of the test's Valkey."""
    client = Redis.from_url(stores.redis_url, decode_responses=True)
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def pack_dir() -> Path:
    """The training pack of this release."""
    return PACK_DIR


@contextmanager
def _fresh(servers: StoreUrls, template: str) -> Iterator[StoreUrls]:
    name = f"test_{next(_numbers)}"
    asyncio.run(_sql(servers.owner_database_url, f"CREATE DATABASE {name} TEMPLATE {template}"))
    asyncio.run(_flush(servers.redis_url))
    yield StoreUrls(
        database_url=_at(servers.database_url, name),
        owner_database_url=_at(servers.owner_database_url, name),
        reader_database_url=_at(servers.reader_database_url, name),
        redis_url=servers.redis_url,
    )
    asyncio.run(_sql(servers.owner_database_url, f"DROP DATABASE {name} WITH (FORCE)"))


async def _flush(url: str) -> None:
    client = Redis.from_url(url)
    await client.flushall()
    await client.aclose()


async def _load(url: str, directory: Path) -> None:
    database = await Database.open(url)
    await load_pack(database, read_pack(directory))
    await database.close()


async def _sql(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _at(url: str, database: str) -> str:
    return url.rsplit("/", 1)[0] + "/" + database
