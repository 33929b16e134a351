"""Servers whose PostgreSQL counts statements, to see what the board asks of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chaos.target.environment import connected, execute
from chaos.target.stage import own_stores
from scout_os.core.embedded.embedded_servers import EmbeddedServers
from scout_os.core.logs import configure_logging
from scout_os.core.store_urls import StoreUrls

RANKING = r"""
    SELECT query, calls FROM pg_stat_statements
     WHERE query ~ 'FROM users\s+WHERE on_board AND total_xp > \S+\s+(GROUP BY total_xp|ORDER BY total_xp DESC)'
"""


@contextmanager
def counting_stores(data_dir: Path) -> Iterator[StoreUrls]:
    """As `own_stores`. What counts is a library that PostgreSQL loads when it starts, so it is started twice."""
    configure_logging("WARNING")
    servers = EmbeddedServers(data_dir)
    try:
        urls = servers.start()
        preload = "ALTER SYSTEM SET shared_preload_libraries = pg_stat_statements"
        asyncio.run(execute(urls.owner_database_url, preload))
    finally:
        servers.stop()
    with own_stores(data_dir) as stores:
        asyncio.run(execute(stores.owner_database_url, "CREATE EXTENSION pg_stat_statements"))
        yield stores


async def count_ranking_queries(stores: StoreUrls) -> tuple[int, int]:
    """How often the board's page and the histogram of XP have been asked of PostgreSQL so far."""
    async with connected(stores.owner_database_url) as owner:
        rows = await owner.fetch(RANKING)
    histograms = sum(row["calls"] for row in rows if "GROUP BY" in row["query"])
    return sum(row["calls"] for row in rows) - histograms, histograms
