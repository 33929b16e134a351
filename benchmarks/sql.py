"""Statements as the owner of the schema, from code that has no event loop."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg

from scout_os.core.store_urls import StoreUrls


def query(stores: StoreUrls, statement: str, *parameters: object) -> list[Any]:
    """All rows of one statement, on a connection of its own."""

    async def run() -> list[Any]:
        connection = await asyncpg.connect(stores.owner_database_url)
        try:
            rows: list[Any] = await connection.fetch(statement, *parameters, timeout=1200)
            return rows
        finally:
            await connection.close()

    return asyncio.run(run())
