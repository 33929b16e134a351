"""A whole installation to attack: stores behind proxies, and what is needed to look behind the proxies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
from redis import Redis

from chaos.load.learners import Learner, Lesson, Population
from chaos.network.proxy import Proxy, proxied
from chaos.network.wires import CommitCuts, RedisRefusals, postgres_wire, redis_wire
from chaos.target.environment import settings_for, token
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
        """Take away whatever the proxies do."""
        self.postgres.toxics.clear()
        self.redis.toxics.clear()
        self.cuts.probability, self.cuts.after = 0.0, 0
        self.refusals.probability, self.refusals.scripts = 0.0, None

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
def own_stores(data_dir: Path) -> Iterator[StoreUrls]:
    """Durable servers of this run's own, installed, and kept: one that dies is started again, as the service does."""
    configure_logging("WARNING")
    keeper = ServerKeeper(EmbeddedServers(data_dir))
    keeper.start()
    try:
        stores = keeper.wait_ready()
        set_up_database(settings_for(data_dir), stores)
        yield stores
    finally:
        keeper.stop()
        discard(data_dir)


async def populate(stores: StoreUrls, learners: int, *, admin: bool = True) -> Population:
    """Make learners without passwords, the first of them an admin, and say what they can do."""
    owner = await asyncpg.connect(stores.owner_database_url)
    try:
        rows = await owner.fetch(
            """
            INSERT INTO users (name) SELECT 'Learner ' || n FROM generate_series(1, $1) n RETURNING id
            """,
            learners,
        )
        ids = sorted(row["id"] for row in rows)
        if admin:
            await owner.execute("UPDATE users SET role = 'admin' WHERE id = $1", ids[0])
        levels = await owner.fetch(
            """
            SELECT l.id, l.unit_id, l.level_number, l.min_correct, l.xp_reward,
                   (SELECT count(*) FROM questions q WHERE q.level_id = l.id AND q.is_active) AS total
              FROM levels l WHERE l.is_active ORDER BY l.unit_id, l.level_number
            """
        )
    finally:
        await owner.close()
    units: dict[str, list[Lesson]] = {}
    for row in levels:
        lesson = Lesson(row["id"], row["min_correct"], row["total"], row["xp_reward"])
        units.setdefault(row["unit_id"], []).append(lesson)
    return Population([Learner(number, token(number)) for number in ids], list(units.values()))
