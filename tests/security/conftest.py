"""Services to attack: two workers over the same stores, with a Valkey of their own that may be stopped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from chaos.target.valkey import OwnValkey, own_valkey
from scout_os.core.store_urls import StoreUrls
from tests.service import Service, serve


@dataclass(frozen=True)
class TwoWorkers:
    """Both services, and the Valkey that they share."""

    services: tuple[Service, Service]
    valkey: OwnValkey


Trouble = Callable[[TwoWorkers], Awaitable[None]]


@contextmanager
def two_workers(stores: StoreUrls, directory: Path, **changes: Any) -> Iterator[TwoWorkers]:
    """Two workers for the block; `changes` are settings."""
    with own_valkey(directory) as valkey:
        shared = replace(stores, redis_url=valkey.url)
        with serve(shared, directory / "one", **changes) as one, serve(shared, directory / "two", **changes) as two:
            yield TwoWorkers((one, two), valkey)


@pytest.fixture
def pair(packed_stores: StoreUrls, tmp_path: Path) -> Iterator[TwoWorkers]:
    """Two workers with the settings of production's defaults."""
    with two_workers(packed_stores, tmp_path) as workers:
        yield workers


@pytest.fixture
def behind_proxy(packed_stores: StoreUrls, tmp_path: Path) -> Iterator[TwoWorkers]:
    """Two workers that believe the test to be their proxy, so that it comes from whatever address it says."""
    with two_workers(packed_stores, tmp_path, trusted_proxies="127.0.0.0/8") as workers:
        yield workers


async def nothing(_: TwoWorkers) -> None:
    """No trouble with Redis."""


async def flush(workers: TwoWorkers) -> None:
    """FLUSHALL."""
    with Redis.from_url(workers.valkey.url) as redis:
        redis.flushall()


async def stop(workers: TwoWorkers) -> None:
    """Kill it."""
    workers.valkey.kill()


async def hang(workers: TwoWorkers) -> None:
    """Let it keep its connections and say nothing."""
    workers.valkey.freeze()
