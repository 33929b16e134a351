"""The fixtures that all tests share: real servers for the session, and for each test a database and an empty Valkey.

| fixture | what a test gets |
|---|---|
| `stores`, `packed_stores` | addresses of a fresh database without or with the training pack, and of an empty Valkey |
| `service` | the whole service on a socket, over `packed_stores` |
| `grader` | the same service, grading answers itself |
| `learner`, `admin` | the id of a learner, and the client of an admin, of `service` |
| `api` | the API in this process, over `stores`, at a time that the test sets |
| `truth`, `cache` | a connection as the owner and a plain Redis client, over `packed_stores` |
| `database`, `owner`, `redis` | the service's role, the owner and a plain Redis client, over `stores` |
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from redis import Redis as SyncRedis
from redis.asyncio import Redis

from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from tests.contract.packs import Lesson, read_lessons
from tests.learners import Admin, make_admin
from tests.servers import PACK_DIR, at, kept_servers, query, template
from tests.service import Service, Truth, add_learners, serve
from tests.users.serving import Api
from tests.users.serving import serve as serve_api

TESTS = Path(__file__).parent
MARKS = {
    "acceptance": pytest.mark.slow,
    "auth/test_codes.py": pytest.mark.slow,
    "auth/test_jwks.py": pytest.mark.slow,
    "auth/test_sign_in.py": pytest.mark.slow,
    "auth/test_sign_ups.py": pytest.mark.slow,
    "benchmarks": pytest.mark.slow,
    "chaos": pytest.mark.chaos,
    "cli/test_board.py": pytest.mark.slow,
    "cli/test_content.py": pytest.mark.slow,
    "cli/test_set_clock.py": pytest.mark.slow,
    "cli/test_user.py": pytest.mark.slow,
    "contract/test_server_grading.py": pytest.mark.slow,
    "contract/test_whole_pack.py": pytest.mark.slow,
    "core/blobs/test_s3.py": pytest.mark.slow,
    "core/embedded": pytest.mark.slow,
    "core/server": pytest.mark.slow,
    "core/test_redis.py": pytest.mark.slow,
    "leaderboard/stream": pytest.mark.slow,
    "leaderboard/sync/test_audit.py": pytest.mark.slow,
    "leaderboard/test_router.py": pytest.mark.slow,
    "leaderboard/sync/test_audit_round.py": pytest.mark.slow,
    "leaderboard/sync/test_outbox_relay.py": pytest.mark.slow,
    "moderation/test_accounts.py": pytest.mark.slow,
    "moderation/test_service.py": pytest.mark.slow,
    "privacy/test_service.py": pytest.mark.slow,
    "reviews/test_reviewer.py": pytest.mark.slow,
    "security": pytest.mark.slow,
    "test_dev.py": pytest.mark.slow,
    "test_wheel.py": pytest.mark.slow,
    "training/test_group_commit.py": pytest.mark.slow,
    "training/test_issued_attempts.py": pytest.mark.slow,
    "training/test_population.py": pytest.mark.slow,
    "users/test_avatars.py": pytest.mark.slow,
    "users/test_picture_process.py": pytest.mark.slow,
    "web": pytest.mark.browser,
}
"""Folders and files whose tests all need the same."""
LONG = {"browser", "chaos", "slow"}
_numbers = count(1)
_used: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what their file needs; long tests come first, so that the workers end together."""
    for item in items:
        file = item.path.relative_to(TESTS)
        for name in (part.as_posix() for part in (file, *file.parents)):
            if name in MARKS:
                item.add_marker(MARKS[name])
    items.sort(key=lambda item: LONG.isdisjoint(mark.name for mark in item.iter_markers()))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def servers() -> Iterator[StoreUrls]:
    """PostgreSQL and Valkey for this process alone, without fsync."""
    with kept_servers() as urls:
        yield urls


@pytest.fixture
def stores(servers: StoreUrls) -> Iterator[StoreUrls]:
    """A fresh migrated database without content, and an empty Valkey."""
    with _fresh(servers, "empty") as urls:
        yield urls


@pytest.fixture
def packed_stores(servers: StoreUrls) -> Iterator[StoreUrls]:
    """A fresh database with the training pack, and an empty Valkey."""
    with _fresh(servers, "packed") as urls:
        yield urls


@pytest.fixture
def service(packed_stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """The whole service on a real socket, over `packed_stores`."""
    with serve(packed_stores, tmp_path) as running:
        yield running


@pytest.fixture
def grader(packed_stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """The same, where the service grades answers itself."""
    with serve(packed_stores, tmp_path, grading="server") as running:
        yield running


@pytest.fixture
async def truth(packed_stores: StoreUrls) -> AsyncIterator[Truth]:
    """The service's database as the owner sees it."""
    async with _connected(packed_stores) as connection:
        yield connection


@pytest.fixture
async def learner(truth: Truth) -> int:
    """The id of a learner without XP."""
    [made] = await add_learners(truth, 1)
    return made


@pytest.fixture
async def admin(service: Service, truth: Truth) -> AsyncIterator[Admin]:
    """An admin who is not on the board."""
    user_id = await make_admin(truth)
    async with service.client(user_id) as client:
        yield Admin(user_id, client)


@pytest.fixture
async def api(stores: StoreUrls, tmp_path: Path) -> AsyncIterator[Api]:
    """The API in this process, at a time that the test sets."""
    async with serve_api(stores, tmp_path) as serving:
        yield serving


@pytest.fixture
async def cache(packed_stores: StoreUrls) -> AsyncIterator[Redis]:
    """The service's Valkey, as a plain client sees it."""
    async with Redis.from_url(packed_stores.redis_url, decode_responses=True) as client:
        yield client


@pytest.fixture
async def database(stores: StoreUrls) -> AsyncIterator[Database]:
    """The test's database as the service's own role."""
    opened = await Database.open(stores.database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def owner(stores: StoreUrls) -> AsyncIterator[Truth]:
    """A plain connection as the owner, to look into every table and to prepare rows."""
    async with _connected(stores) as connection:
        yield connection


@pytest.fixture
async def redis(stores: StoreUrls) -> AsyncIterator[Redis]:
    """A plain client of the test's Valkey."""
    async with Redis.from_url(stores.redis_url, decode_responses=True) as client:
        yield client


@pytest.fixture(scope="session")
def pack_dir() -> Path:
    """The training pack of this release."""
    return PACK_DIR


@pytest.fixture
def lessons(pack_dir: Path) -> list[Lesson]:
    """The levels of this release's pack, in the order of the path."""
    return read_lessons(pack_dir)


@asynccontextmanager
async def _connected(stores: StoreUrls) -> AsyncIterator[Truth]:
    connection = await asyncpg.connect(stores.owner_database_url)
    yield connection
    await connection.close()


@contextmanager
def _fresh(servers: StoreUrls, kind: str) -> Iterator[StoreUrls]:
    name = f"test_{next(_numbers)}"
    # A test's database is dropped before the next test: while connections still end, PostgreSQL waits in steps of 0.1 s.
    query(
        servers.owner_database_url,
        *(f"DROP DATABASE {used} WITH (FORCE)" for used in _used),
        f"CREATE DATABASE {name} TEMPLATE {template(servers, kind)} STRATEGY FILE_COPY",
    )
    _used[:] = [name]
    with SyncRedis.from_url(servers.redis_url) as client:
        client.flushall()
    yield replace(
        servers,
        database_url=at(servers.database_url, name),
        owner_database_url=at(servers.owner_database_url, name),
        reader_database_url=at(servers.reader_database_url, name),
    )
