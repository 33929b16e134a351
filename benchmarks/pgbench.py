"""P0: the service's own award statement, one a transaction, sent by `pgbench` on 64 connections."""

from __future__ import annotations

import asyncio
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from benchmarks.bench import CONNECTIONS, Bench
from benchmarks.learners import UsedUp, sample_learners
from benchmarks.rounds import Window
from benchmarks.sql import query
from scout_os.core.embedded.binaries import find_postgres
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.training.award_sql import AWARD
from scout_os.training.content import load_catalog
from scout_os.training.judging import Verdict, answer_format
from scout_os.training.models import Level, Submission
from scout_os.training.repository import award_parameters

ATTEMPTS = 60_000
"""Of as many learners as ask the service, but others."""
WARM = 4
"""So many attempts of each connection, which open it and plan, are not counted."""
MOST_SECONDS = 120
_PAID = "SELECT last_value FROM xp_ledger_id_seq"
"""Each row that was tried took a number."""
_TYPES = dict(sorted((int(number), type_) for number, type_ in re.findall(r"\$(\d+)::(\w+\[\])", AWARD)))
_COLUMNS = ", ".join(f"p{number} {type_}" for number, type_ in _TYPES.items())
_STATEMENT = re.sub(r"\$(\d+)", r"(SELECT p\1 FROM given)", AWARD).replace(
    "WITH input",
    "WITH given AS MATERIALIZED (SELECT * FROM bench_award WHERE n = (SELECT nextval('bench_turn'))), input",
    1,
)


@contextmanager
def raw_awards(bench: Bench) -> Iterator[Callable[[], Window]]:
    """P0 for the block: how to measure a window of it. The service holds still meanwhile."""
    installation = bench.installation
    others = sample_learners(
        installation.stores, installation.data_dir, len(bench.learners.ids), skip=len(bench.learners.ids)
    )
    attempts = [
        (user_id, others.keys.get(user_id), others.levels[done + turn])
        for turn in range(min(others.each, ATTEMPTS // len(others.ids)))
        for user_id, done in zip(others.ids, others.done, strict=True)
    ]
    bench.tell("attempts for pgbench")
    asyncio.run(_set_aside(installation.stores, attempts))
    script = installation.data_dir / "award.sql"
    script.write_text(_STATEMENT.rstrip() + ";\n")
    options = f"-n -M prepared -T {MOST_SECONDS} -c {CONNECTIONS} -f {script} {installation.stores.owner_database_url}"
    command = [str(find_postgres().path.with_name("pgbench")), *options.split()]

    def paid() -> tuple[int, float]:
        return int(query(installation.stores, _PAID)[0][0]), time.perf_counter()

    def window() -> Window:
        with (
            installation.frozen_service(),
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process,
        ):
            warm = paid()[0] + WARM * CONNECTIONS
            while paid()[0] < warm and process.poll() is None:
                time.sleep(0.1)
            before, (first, began) = installation.accounts.read(), paid()
            time.sleep(bench.seconds)
            used, (last, ended) = installation.accounts.read() - before, paid()
            if process.poll() is not None:
                raise RuntimeError(process.communicate()[1].decode()[-1000:])
            process.terminate()
        if query(installation.stores, "SELECT last_value FROM bench_turn")[0][0] > len(attempts):
            raise UsedUp("pgbench has made all of its attempts")
        installation.settle()
        installation.wait_for_source(bench.learners.admin, "redis")
        return Window(last - first, last - first, ended - began, replace(used, service=0.0, redis=0.0))

    yield window


async def _set_aside(stores: StoreUrls, attempts: list[tuple[int, UUID | None, str]]) -> None:
    """Write the parameters of each attempt, as the service makes them, into a table."""
    database = await Database.open(stores.database_url, size=2)
    catalog = await load_catalog(database)
    await database.close()
    assert catalog is not None
    formats = {
        level.id: answer_format(level, _faultless(level), catalog.unlocked_by.get(level.id))
        for level in catalog.level_by_id.values()
    }
    connection = await asyncpg.connect(stores.owner_database_url)
    try:
        await connection.execute(
            f"DROP TABLE IF EXISTS bench_award; CREATE UNLOGGED TABLE bench_award (n bigint, {_COLUMNS});"
            "DROP SEQUENCE IF EXISTS bench_turn; CREATE SEQUENCE bench_turn CACHE 1"
        )
        rows = (
            (number, *(award_parameters([_attempt(user_id, key, catalog.level_by_id[level], formats[level])])))
            for number, (user_id, key, level) in enumerate(attempts, start=1)
        )
        await connection.copy_records_to_table("bench_award", records=rows, timeout=600)
        await connection.execute("ALTER TABLE bench_award ADD PRIMARY KEY (n)")
        await connection.execute("VACUUM (ANALYZE) bench_award")
    finally:
        await connection.close()


def _faultless(level: Level) -> Verdict:
    return Verdict(level.total_questions, level.total_questions, level.total_questions, None)


def _attempt(user_id: int, key: UUID | None, level: Level, format_: str) -> Submission:
    """One without a mistake and without a key, as the service makes it."""
    count = level.total_questions
    return Submission(
        submission_id=uuid4(),
        at=datetime.now(UTC),
        user_id=user_id,
        account_key=key,
        level=level,
        passed=True,
        correct_answers=count,
        score=count,
        total_questions=count,
        time_spent_seconds=0,
        idempotency_key=None,
        fingerprint=None,
        answer_format=format_,
    )
