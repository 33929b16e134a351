"""What the tests ask the servers."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import redis

from scout_os.core.store_urls import StoreUrls
from tests.servers import query


def valkey(urls: StoreUrls) -> "redis.Redis":
    return redis.Redis.from_url(urls.redis_url, decode_responses=True)


def write_marks(urls: StoreUrls, mark: str) -> None:
    """Leave a mark in both (durable) servers, safe on the disk when this returns."""
    query(
        urls.owner_database_url, "CREATE TABLE IF NOT EXISTS marks (mark text)", f"INSERT INTO marks VALUES ('{mark}')"
    )
    with valkey(urls) as client:
        client.set("mark", mark)
        client.execute_command("WAITAOF", 1, 0, 10_000)


def read_marks(urls: StoreUrls) -> tuple[str, str]:
    with valkey(urls) as client:
        return query(urls.owner_database_url, "SELECT max(mark) FROM marks"), str(client.get("mark"))


def ports(urls: StoreUrls) -> tuple[int | None, int | None]:
    return urlsplit(urls.database_url).port, urlsplit(urls.redis_url).port


def postgres_dir(data_dir: Path) -> Path:
    (found,) = (path.parent for path in (data_dir / "servers").glob("pg*/PG_VERSION"))
    return found


def server_pids(data_dir: Path, urls: StoreUrls) -> tuple[int, int]:
    """Return the process ids of the postmaster and of Valkey."""
    with valkey(urls) as client:
        valkey_pid = int(client.info("server")["process_id"])
    return int((postgres_dir(data_dir) / "postmaster.pid").read_text().split()[0]), valkey_pid


def runs(pid: int) -> bool:
    """Tell whether the process runs; a zombie, which pid 1 may reap late, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        if Path("/proc/self").exists():
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    give_up_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.05)
    return True
