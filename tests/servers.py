"""PostgreSQL and Valkey for a test run, in directories that the next run uses again.

Starting servers in a directory that exists takes a third of a second; making it and its templates takes several.
Each test process holds one directory for itself, so parallel workers and runs share nothing. No server outlives its run.
`var/test-servers` may be deleted at any time between runs.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import asyncpg

from scout_os.core.embedded.embedded_servers import EmbeddedServers, discard
from scout_os.core.embedded.errors import ServerFailed
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.migrations import migrate
from scout_os.training.content import load_pack, read_pack

ROOT = Path(__file__).parents[1]
PACK_DIR = ROOT / "content" / "pramuka"
KEPT = ROOT / "var" / "test-servers"
SOURCE = ROOT / "src" / "scout_os"
SYSTEM_DATABASES = ["postgres", "scout", "template0", "template1"]
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Nothing is synced to the disk, so files from before a crash of the machine are not used again."""


@contextmanager
def kept_servers() -> Iterator[StoreUrls]:
    """Running servers for this process alone, whose only databases are its own and the templates of this tree."""
    with _free_directory() as directory, stopping(EmbeddedServers(directory, durable=False)) as servers:
        urls = _start(servers, directory)
        asyncio.run(_drop_others(urls))
        yield urls


def load_content(url: str, directory: Path = PACK_DIR) -> None:
    """Load a training pack into the database."""

    async def load() -> None:
        database = await Database.open(url)
        await load_pack(database, read_pack(directory))
        await database.close()

    asyncio.run(load())


@contextmanager
def stopping(servers: EmbeddedServers) -> Iterator[EmbeddedServers]:
    """The servers, stopped after the block."""
    try:
        yield servers
    finally:
        servers.stop()


@contextmanager
def running(servers: EmbeddedServers) -> Iterator[StoreUrls]:
    """The servers, started and stopped around the block."""
    with stopping(servers):
        yield servers.start()


@contextmanager
def passing_servers(directory: Path) -> Iterator[StoreUrls]:
    """Servers in a directory for the block, without fsync; nothing of them stays."""
    try:
        with running(EmbeddedServers(directory, durable=False)) as urls:
            yield urls
    finally:
        discard(directory)  # the servers' account may have its files elsewhere


def empty_template(urls: StoreUrls) -> str:
    """The name of a migrated database without content."""
    return _template(
        urls, "empty", "template1", lambda name: migrate(at(urls.owner_database_url, name), urls.database_url)
    )


def packed_template(urls: StoreUrls) -> str:
    """The name of a database with the training pack of this release."""
    return _template(urls, "packed", empty_template(urls), lambda name: load_content(at(urls.database_url, name)))


async def execute(urls: StoreUrls, statement: str) -> None:
    """Execute one statement as the owner, outside of any test's database."""
    connection = await asyncpg.connect(urls.owner_database_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def at(url: str, database: str) -> str:
    """The URL of another database of the same server."""
    return url.rsplit("/", 1)[0] + "/" + database


@contextmanager
def _free_directory() -> Iterator[Path]:
    """The first directory that no other process uses; the kernel frees that of a process which was killed."""
    KEPT.mkdir(parents=True, exist_ok=True)
    for number in count():
        with (KEPT / f"{number}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield KEPT / str(number)
            return


def _start(servers: EmbeddedServers, directory: Path) -> StoreUrls:
    """Start in the directory as it is if this tree made it and it works, else from nothing."""
    made_from = directory / "made-from"
    digest = _digest((SOURCE / "core" / "embedded").glob("*.py"), BOOT_ID.read_text() if BOOT_ID.exists() else "")
    if made_from.exists() and made_from.read_text() == digest:
        with suppress(ServerFailed):
            return servers.start()
    made_from.unlink(missing_ok=True)
    discard(directory)
    urls = servers.start()
    made_from.write_text(digest)
    return urls


def _template(urls: StoreUrls, kind: str, original: str, fill: Callable[[str], None]) -> str:
    """The name of a database to copy, made from the original when there is none of this tree: whole, or not at all."""
    name = _template_name(kind)
    if name not in asyncio.run(_databases(urls)):
        asyncio.run(execute(urls, f"CREATE DATABASE unfinished TEMPLATE {original}"))
        fill("unfinished")
        asyncio.run(execute(urls, f"ALTER DATABASE unfinished RENAME TO {name}"))
    return name


def _template_name(kind: str) -> str:
    """Another name for other migrations, other code that loads packs, or another pack."""
    code = [*SOURCE.glob("migrations/**/*.py"), *SOURCE.glob("*/tables.py"), *SOURCE.glob("core/*.py")]
    pack = [*SOURCE.glob("training/**/*.py"), *PACK_DIR.rglob("*.*")] if kind == "packed" else []
    return f"template_{kind}_{_digest([*code, *pack])}"


def _digest(paths: Iterable[Path], more: str = "") -> str:
    digest = hashlib.sha256(more.encode())
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


async def _drop_others(urls: StoreUrls) -> None:
    """Drop what killed runs left, and the templates of other trees."""
    for name in await _databases(urls) - {_template_name("empty"), _template_name("packed")}:
        await execute(urls, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _databases(urls: StoreUrls) -> set[str]:
    """The databases that tests made."""
    connection = await asyncpg.connect(urls.owner_database_url)
    try:
        rows = await connection.fetch("SELECT datname FROM pg_database WHERE datname <> ALL($1)", SYSTEM_DATABASES)
        return {row["datname"] for row in rows}
    finally:
        await connection.close()
