"""P0: the service's own award statement with no service around it: one award a transaction, on many connections.

A process of its own, whose CPU time counts for nobody: `python -m benchmarks.raw_awards --database URL --connections N`
reads lines `{"attempts": [[user id, level id], …], "seconds": s}` and answers each with `{"paid": n, "used": n, "seconds": s}`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import uvloop

from scout_os.core.postgres import Database
from scout_os.training.award_sql import AWARD
from scout_os.training.content import load_catalog
from scout_os.training.judging import Verdict, answer_format
from scout_os.training.models import Catalog, Level, Submission
from scout_os.training.repository import award_parameters


async def main(url: str, connections: int) -> None:
    opened = [await asyncpg.connect(url, statement_cache_size=8) for _ in range(connections)]
    database = await Database.open(url, size=2)
    catalog = await load_catalog(database)
    await database.close()
    assert catalog is not None
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await _run(opened, catalog, json.loads(line))), flush=True)


async def _run(connections: list[Any], catalog: Catalog, told: dict[str, Any]) -> dict[str, float]:
    attempts = iter(told["attempts"])
    began = time.perf_counter()
    ends = began + told["seconds"]
    paid = await asyncio.gather(*(_award(connection, catalog, attempts, ends) for connection in connections))
    seconds = time.perf_counter() - began
    return {"paid": sum(paid), "used": len(told["attempts"]) - len(list(attempts)), "seconds": seconds}


async def _award(connection: Any, catalog: Catalog, attempts: Iterator[tuple[int, str]], ends: float) -> int:
    paid = 0
    while time.perf_counter() < ends:
        user_id, level_id = next(attempts)
        level = catalog.level_by_id[level_id]
        rows = await connection.fetch(AWARD, *award_parameters([_attempt(user_id, level, catalog)]))
        paid += rows[0]["paid"] > 0
    return paid


def _attempt(user_id: int, level: Level, catalog: Catalog) -> Submission:
    """One without a mistake and without a key, as the service makes it."""
    count = level.total_questions
    return Submission(
        submission_id=uuid4(),
        at=datetime.now(UTC),
        user_id=user_id,
        level=level,
        passed=True,
        correct_answers=count,
        score=count,
        total_questions=count,
        time_spent_seconds=0,
        idempotency_key=None,
        fingerprint=None,
        answer_format=answer_format(level, Verdict(count, count, count, None), catalog.unlocked_by.get(level.id)),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--connections", type=int, default=64)
    options = parser.parse_args()
    uvloop.run(main(options.database, options.connections))
