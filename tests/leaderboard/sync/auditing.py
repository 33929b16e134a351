"""A board with learners on it, its relay, and an audit in short rounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from redis.asyncio import Redis

from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.redis.redis_board import BOARD
from scout_os.leaderboard.sync.audit import Audit
from scout_os.wiring import Services, open_services
from tests.service import Truth, add_learners, settings_for, until

LEARNERS = 40


@dataclass
class Counts:
    """A gauge that remembers."""

    all: list[int]

    def set(self, value: float) -> None:
        self.all.append(int(value))


@dataclass
class Audited:
    """What a test works with."""

    services: Services
    audit: Audit
    counts: list[int] = field(default_factory=list)
    """What the metric was set to, round by round."""


@asynccontextmanager
async def audited(
    stores: StoreUrls, data_dir: Path, *, every: float = 0.3, background: bool = True
) -> AsyncIterator[Audited]:
    """The services over `stores`; with `background`, their relay and an audit at work, and nobody else."""
    async with open_services(settings_for(data_dir), stores) as services:
        counts: list[int] = []
        audit = Audit(
            database=services.database,
            board=services.board,
            leaderboard=services.leaderboard,
            gauge=Counts(counts),
            every=every,
        )
        jobs = [asyncio.create_task(job()) for job in (services.relay.run, audit.run)] if background else []
        try:
            yield Audited(services, audit, counts)
        finally:
            for job in jobs:
                job.cancel()
                with suppress(asyncio.CancelledError):
                    await job


async def add_scores(owner: Truth, count: int = LEARNERS) -> list[int]:
    """Learners with XP, straight in PostgreSQL, who will be on the board when it is built."""
    ids = await add_learners(owner, count)
    await owner.execute("UPDATE users SET total_xp = 100 + id % 7 * 5")
    return ids


async def is_right(owner: Truth, redis: Redis) -> bool:
    """Whether Redis holds just what PostgreSQL says."""
    try:
        shown: dict[str, float] = dict(await redis.zrange(BOARD, 0, -1, withscores=True))  # type: ignore[arg-type] # pairs
    except UnicodeDecodeError:
        return False
    rows = await owner.fetch("SELECT id::text AS id, total_xp FROM users WHERE on_board AND total_xp > 0")
    return shown == {row["id"]: row["total_xp"] for row in rows}


async def until_right(owner: Truth, redis: Redis, *, seconds: float) -> None:
    await until(lambda: is_right(owner, redis), seconds=seconds)
