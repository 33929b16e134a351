"""A whole installation to attack: stores behind proxies, and what is needed to look behind the proxies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from redis import Redis

from chaos.check.board import OWN_KEYS
from chaos.network.proxy import Proxy, proxied
from chaos.network.wires import CommitCuts, RedisRefusals, postgres_wire, redis_wire
from chaos.target.environment import settings_for
from scout_os.core.embedded.embedded_servers import EmbeddedServers, discard
from scout_os.core.embedded.keeper import ServerKeeper
from scout_os.core.logs import configure_logging
from scout_os.core.store_urls import StoreUrls
from scout_os.database_setup import set_up_database


@dataclass
class Stage:
    """`stores` lead straight to the servers, `fronts` through the proxies."""

    stores: StoreUrls
    fronts: StoreUrls
    postgres: Proxy
    redis: Proxy
    cuts: CommitCuts
    refusals: RedisRefusals
    servers: Path | None = None
    """Where the servers of this stage keep their files, if their processes may be attacked."""

    def calm(self) -> None:
        self.postgres.toxics.clear()
        self.redis.toxics.clear()
        self.cuts.probability, self.cuts.after = 0.0, 0
        self.refusals.probability, self.refusals.scripts = 0.0, None

    def dump_board(self) -> dict[str, bytes]:
        with Redis.from_url(self.stores.redis_url) as raw:
            return {key: kept for key in sorted(OWN_KEYS) if (kept := raw.dump(key)) is not None}

    def restore_board(self, dumps: dict[str, bytes]) -> None:
        with Redis.from_url(self.stores.redis_url) as raw:
            together = raw.pipeline(transaction=True)
            together.delete(*OWN_KEYS)
            for key, kept in dumps.items():
                together.restore(key, 0, kept, replace=True)
            together.execute()

    def valkey(self) -> Redis:
        """A plain client of the server itself."""
        return Redis.from_url(self.stores.redis_url, decode_responses=True, socket_timeout=5)


@contextmanager
def staged(stores: StoreUrls, *, seed: int = 0, data_dir: Path | None = None) -> Iterator[Stage]:
    """Proxies in front of `stores`, for the block; with the `data_dir` of `own_stores` its processes are found too."""
    servers = (data_dir / "servers").resolve() if data_dir is not None else None
    cuts, refusals = CommitCuts(), RedisRefusals()
    with (
        proxied(stores.database_url, seed=seed, wire=postgres_wire(cuts)) as postgres,
        proxied(stores.redis_url, seed=seed, wire=redis_wire(refusals)) as redis,
    ):
        fronts = replace(stores, database_url=postgres.url, redis_url=redis.url)
        yield Stage(stores, fronts, postgres, redis, cuts, refusals, servers)


@contextmanager
def own_servers(data_dir: Path) -> Iterator[StoreUrls]:
    """Durable, empty servers of this run's own, and kept: one that dies is started again, as the service does."""
    configure_logging("WARNING")
    keeper = ServerKeeper(EmbeddedServers(data_dir))
    keeper.start()
    try:
        yield keeper.wait_ready()
    finally:
        keeper.stop()
        discard(data_dir)


@contextmanager
def own_stores(data_dir: Path) -> Iterator[StoreUrls]:
    with own_servers(data_dir) as stores:
        set_up_database(settings_for(data_dir), stores)
        yield stores
