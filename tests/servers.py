"""PostgreSQL and Valkey for a test run, in directories of its own that a later run uses again, to start in a second."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

from scout_os.core.embedded.embedded_servers import EmbeddedServers, discard
from scout_os.core.embedded.errors import ServerFailed
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.migrations import migrate
from scout_os.training.content import load_pack, read_pack

ROOT = Path(__file__).parents[1]
PACK_DIR = ROOT / "content" / "pramuka"
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 1 << 30
"""For the files of two workers' servers, most of them write-ahead log; some containers have 64 MiB only."""
SOURCE = ROOT / "src" / "scout_os"
SYSTEM_DATABASES = {"postgres", "scout", "template0", "template1"}
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Nothing is synced to the disk, so files from before a crash of the machine are not used again."""


@contextmanager
def kept_servers() -> Iterator[StoreUrls]:
    """Running servers for this process alone, whose only databases are its own and the templates of this tree."""
    with _free_directory() as directory, stopping(EmbeddedServers(directory, durable=False)) as servers:
        urls = _start(servers, directory)
        _drop_others(urls)
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


@cache
def template(urls: StoreUrls, kind: str) -> str:
    """The name of a migrated database to copy: `empty`, or `packed` with the training pack of this release."""
    name = _template_name(kind)
    if name not in _databases(urls):  # made under another name, so that it is whole or not at all
        original = "template1" if kind == "empty" else template(urls, "empty")
        query(urls.owner_database_url, f"CREATE DATABASE unfinished TEMPLATE {original}")
        if kind == "empty":
            migrate(at(urls.owner_database_url, "unfinished"), urls.database_url)
        else:
            load_content(at(urls.database_url, "unfinished"))
        query(urls.owner_database_url, f"ALTER DATABASE unfinished RENAME TO {name}")
    return name


def query(url: str, *statements: str) -> Any:
    """Run the statements in one connection and return the single value of the last."""

    async def run() -> Any:
        connection = await asyncpg.connect(url, ssl=False)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(run())


def at(url: str, database: str) -> str:
    """The URL of another database of the same server."""
    return url.rsplit("/", 1)[0] + "/" + database


@contextmanager
def _free_directory() -> Iterator[Path]:
    """The first directory that no other process uses; the kernel frees that of a process which was killed."""
    kept = _kept()
    kept.mkdir(parents=True, exist_ok=True)
    for number in count():
        with (kept / f"{number}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield kept / str(number)
            return


def _kept() -> Path:
    """In memory if there is enough, for all trees of this user: on some disks, making and dropping a database takes 0.3 s."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES:
        return MEMORY / f"scout-os-tests-{os.getuid()}"
    return ROOT / "var" / "test-servers"


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


def _drop_others(urls: StoreUrls) -> None:
    """Drop what killed runs left, and the templates of other trees."""
    for name in _databases(urls) - {_template_name("empty"), _template_name("packed")}:
        query(urls.owner_database_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _databases(urls: StoreUrls) -> set[str]:
    """The databases that tests made."""
    return set(query(urls.owner_database_url, "SELECT array_agg(datname::text) FROM pg_database")) - SYSTEM_DATABASES
