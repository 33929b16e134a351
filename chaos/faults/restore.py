"""An embedded PostgreSQL put back to a base backup, as an operator does after a disaster."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import asyncpg

from chaos.target.environment import connected, until
from scout_os.core.embedded.binaries import find_postgres
from scout_os.core.postgres import AWAY
from scout_os.core.store_urls import StoreUrls

UP_SECONDS = 60
RECOVERY = """
restore_command = 'false'
recovery_target = 'immediate'
recovery_target_action = 'promote'
"""
"""Recovery of an archive that ends with the backup itself."""


def take_backup(stores: StoreUrls, backup: Path) -> None:
    """A base backup of the whole cluster, with the log that it needs."""
    command = find_postgres().path.with_name("pg_basebackup")
    subprocess.run(
        [command, "-d", stores.owner_database_url, "-D", backup, "-c", "fast"], check=True, capture_output=True
    )


async def restore(stores: StoreUrls, data_dir: Path, backup: Path, *, new_timeline: bool) -> None:
    """Put `backup` in the place of the running cluster and end that; returns when the keeper has started what is there.

    A plain copy goes on in the old timeline, which nobody can tell from the one that was lost; a recovery to a point
    in time begins a new one.
    """
    [cluster] = (data_dir / "servers").resolve().glob("pg[0-9]*")
    postmaster = int((cluster / "postmaster.pid").read_text().split()[0])
    owner = cluster.stat()
    if new_timeline:
        (backup / "recovery.signal").touch()
        with (backup / "postgresql.auto.conf").open("a") as settings:
            settings.write(RECOVERY)
    restored = cluster.with_name("restored")
    shutil.copytree(backup, restored)
    for path in [restored, *restored.rglob("*")]:
        os.chown(path, owner.st_uid, owner.st_gid)
    restored.chmod(0o700)
    cluster.rename(cluster.with_name("lost"))
    restored.rename(cluster)  # the running server works in its directory, whatever it is called by now
    os.kill(postmaster, signal.SIGQUIT)

    async def is_gone() -> bool:
        return not Path(f"/proc/{postmaster}").exists()  # noqa: ASYNC240 - answered at once

    async def is_up() -> bool:
        with suppress(asyncpg.PostgresError, *AWAY):
            async with connected(stores.owner_database_url) as owner:
                return not await owner.fetchval("SELECT pg_is_in_recovery()")
        return False

    await until(is_gone, seconds=UP_SECONDS)
    await until(is_up, seconds=UP_SECONDS)
