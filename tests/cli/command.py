"""Commands of `scout-os`, each as a process of its own on real stores."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from scout_os.core.store_urls import StoreUrls
from tests.process import scout_os
from tests.service import SECRET


@dataclass(frozen=True)
class Command:
    """A group of commands, such as `scout-os user`."""

    group: str
    stores: StoreUrls
    data_dir: Path

    @property
    def environment(self) -> dict[str, str]:
        """The settings that lead to the stores."""
        return {
            "SCOUT_DATABASE_URL": self.stores.database_url,
            "SCOUT_DATABASE_OWNER_URL": self.stores.owner_database_url,
            "SCOUT_REDIS_URL": self.stores.redis_url,
            "SCOUT_SECRET_KEY": SECRET,
            "NEW_PASSWORD": "pramuka sejati",
        }

    async def __call__(self, *arguments: str, stdin: str = "") -> CompletedProcess[str]:
        """Run one command to its end."""
        return await asyncio.to_thread(
            scout_os, self.group, *arguments, data_dir=self.data_dir, env=self.environment, input=stdin
        )
