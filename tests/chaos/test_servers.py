"""Attacks on the servers' own processes, which need servers of this test's own, durable as in production."""

from __future__ import annotations

import asyncio
from pathlib import Path

from chaos.campaigns.attack import attack
from chaos.target.hosts import forks
from chaos.target.stage import own_stores, staged

SEED = 12
NAMES = ("kill_valkey", "freeze_valkey", "kill_postmaster", "kill_postgres", "freeze_postgres")


def test_killed_and_frozen_servers(tmp_path: Path) -> None:
    """Valkey and PostgreSQL killed or frozen under load: what was acknowledged is there after recovery, the board follows."""
    data_dir = tmp_path / "data"
    with own_stores(data_dir) as stores, staged(stores, seed=SEED, data_dir=data_dir) as stage, forks(tmp_path) as fork:
        outcome = asyncio.run(
            attack(stage, tmp_path, seed=SEED, seconds=0, names=NAMES, in_turn=True, players=8, fork=fork)
        )
    assert outcome.violations == []
    assert outcome.late == []
