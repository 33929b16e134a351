"""A board with learners on it, its relay, and an audit in short rounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from scout_os.core.jobs import run_together
from scout_os.core.store_urls import StoreUrls
from scout_os.leaderboard.redis.redis_board import BOARD
from scout_os.leaderboard.sync.audit import Audit
from scout_os.leaderboard.sync.differences import AuditReport
from scout_os.leaderboard.sync.rebuild import Rebuilder
from scout_os.wiring import Services, open_services
from tests.service import Truth, add_learners, settings_for, until

LEARNERS = 40


class CountingAudit(Audit):
    """An audit that remembers what it found, round by round."""

    def __init__(self, services: Services, *, every: float) -> None:
        super().__init__(
            database=services.database,
            board=services.board,
            rebuilder=Rebuilder(database=services.database, board=services.board, metrics=services.metrics),
            metrics=services.metrics,
            every=every,
        )
        self.counts: list[int] = []

    async def step(self) -> AuditReport | None:
        report = await super().step()
        if report is not None:
            self.counts.append(report.count)
        return report


@dataclass(frozen=True)
class Audited:
    """What a test works with."""

    services: Services
    audit: CountingAudit

    @property
    def counts(self) -> list[int]:
        return self.audit.counts


@asynccontextmanager
async def audited(
    stores: StoreUrls, data_dir: Path, *, every: float = 0.3, background: bool = True
) -> AsyncIterator[Audited]:
    """The services over `stores`; with `background`, their relay and an audit at work, and nobody else."""
    async with open_services(settings_for(data_dir), stores) as services:
        audit = CountingAudit(services, every=every)
        if not background:
            yield Audited(services, audit)
            return
        jobs = asyncio.create_task(run_together((services.relay.run, audit.run)))
        try:
            yield Audited(services, audit)
        finally:
            jobs.cancel()
            with suppress(asyncio.CancelledError):
                await jobs


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


async def until_rounds(counts: list[int], more: int = 1) -> None:
    """Wait for so many rounds from now on."""
    wanted = len(counts) + more

    async def done() -> bool:
        return len(counts) >= wanted

    await until(done, seconds=10)
