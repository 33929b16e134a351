"""Short attacks on two hosts under load, each fault once: the board heals within 5 s, and the judge finds nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

from chaos.campaigns.attack import attack
from chaos.target.hosts import forks
from chaos.target.stage import own_stores, staged
from scout_os.core.store_urls import StoreUrls

SEED = 11


async def attacked(stores: StoreUrls, directory: Path, *names: str, data_dir: Path | None = None) -> None:
    """Attack and judge; the seed is fixed, so that a red test can be played again."""
    with staged(stores, seed=SEED, data_dir=data_dir) as stage, forks(directory) as fork:
        outcome = await attack(stage, directory, seed=SEED, seconds=0, names=names, in_turn=True, players=8, fork=fork)
    assert outcome.violations == []
    assert outcome.late == []
    assert outcome.answers["submit:200"]


async def test_redis_that_loses_or_refuses(packed_stores: StoreUrls, tmp_path: Path) -> None:
    """Flushed, without one key, half evicted, set back in time, full, answering errors of eight kinds: no page is a part."""
    await attacked(
        packed_stores, tmp_path, "flush", "delete_key", "evict_half", "time_travel", "full_memory", "redis_refuses"
    )


async def test_bad_ways_to_the_stores(packed_stores: StoreUrls, tmp_path: Path) -> None:
    """Slow, silent, half open, reset or cut short: nothing is acknowledged falsely, and service is back after it."""
    await attacked(packed_stores, tmp_path, "redis_network", "postgres_network")


async def test_sessions_ended_and_commits_cut_off(packed_stores: StoreUrls, tmp_path: Path) -> None:
    """Ended sessions and connections cut between a commit and its answer: the retry is answered, and paid once."""
    await attacked(packed_stores, tmp_path, "terminate_backends", "cut_commits")


async def test_hosts_that_die_or_stand_still_while_they_rebuild(packed_stores: StoreUrls, tmp_path: Path) -> None:
    """Rebuilds in a loop, a builder frozen until another one has finished, a host killed: no update is lost."""
    await attacked(packed_stores, tmp_path, "rebuild_loop", "freeze_builder", "kill_host")


def test_killed_and_frozen_servers(tmp_path: Path) -> None:
    """Valkey and PostgreSQL killed or frozen under load: what was acknowledged is there after recovery, the board follows."""
    data_dir = tmp_path / "data"
    names = ("kill_valkey", "freeze_valkey", "kill_postmaster", "kill_postgres", "freeze_postgres")
    with own_stores(data_dir) as stores:
        asyncio.run(attacked(stores, tmp_path, *names, data_dir=data_dir))
