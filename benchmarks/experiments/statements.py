"""What PostgreSQL is asked for: statements of each request, and what an award touches and writes."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from decimal import Decimal

from benchmarks.bench import AWARD, MORNING, Bench
from benchmarks.report import Section
from benchmarks.sql import query

_CALLS = """
    SELECT query, sum(calls) AS calls FROM pg_stat_statements
     WHERE userid = (SELECT oid FROM pg_roles WHERE rolname = $1) GROUP BY query
"""
_WRITTEN = """
    SELECT sum(shared_blks_hit) FILTER (WHERE is_award) AS "buffers of its statement, found",
           sum(shared_blks_read) FILTER (WHERE is_award) AS "buffers of its statement, read",
           sum(shared_blks_dirtied) FILTER (WHERE is_award) AS "buffers of its statement, made dirty",
           sum(calls) FILTER (WHERE is_award) AS "statements (one writes a batch)",
           sum(wal_bytes) AS "WAL in bytes", sum(wal_records) AS "WAL records", sum(wal_fpi) AS "full pages in the WAL"
      FROM (SELECT *, query LIKE 'WITH input%' AS is_award FROM pg_stat_statements)
"""
_ROWS = """
    SELECT sum(n_tup_ins) AS "rows inserted", sum(n_tup_upd) AS "rows updated",
           sum(n_tup_hot_upd) AS "of those HOT", sum(n_tup_del) AS "rows deleted"
      FROM pg_stat_user_tables
"""
COUNTED_WINDOWS = 4
OF_EACH = 0.5
"""What is asked less often than this for a request is of a background job."""
STEADY_WINDOWS = 8
"""Awards before those that are counted: a checkpoint, after which each page is logged whole once, is that long ago."""
TOLD_SECONDS = 11.0
"""Within these, idle sessions report what they did."""


def measure(bench: Bench) -> Section:
    """One connection, tokens that the worker has never seen; what does not belong to each request is left out."""
    section = Section("Statements of a request, by pg_stat_statements")
    bench.installation.count_statements()
    bench.installation.wait_for_source(bench.learners.admin, "redis")
    bench.warm_up()
    for name in bench.routes:
        if name != MORNING:
            _count(bench, section, name)
    _award(bench, section)
    return section


def _count(bench: Bench, section: Section, name: str) -> None:
    bench.tell(f"statements: {name}")
    before = _calls(bench)
    (result,) = bench.run(replace(bench.plan(name), connections=1, seconds=COUNTED_WINDOWS * bench.seconds))
    each = {text: float(calls - before[text]) / result.good for text, calls in _calls(bench).items()}
    own = {" ".join(text.split())[:200]: number for text, number in each.items() if number >= OF_EACH}
    section.add(name, round(sum(own.values())), "statements")
    section.data[name] = own


def _award(bench: Bench, section: Section) -> None:
    bench.tell("rows and WAL of an award")
    plan = bench.plan(AWARD)
    bench.run(replace(plan, seconds=STEADY_WINDOWS * plan.seconds))
    bench.installation.settle()
    before = _written(bench)
    (result,) = bench.run(replace(plan, seconds=2 * plan.seconds))
    bench.installation.settle()
    after = _written(bench)
    for name, number in after.items():
        section.add(f"an award: {name}", float(number - before[name]) / result.good, "")


def _calls(bench: Bench) -> Counter[str]:
    stores = bench.installation.stores
    user = stores.database_url.split("//")[1].split(":")[0]
    return Counter({row["query"]: row["calls"] for row in query(stores, _CALLS, user)})


def _written(bench: Bench) -> dict[str, Decimal]:
    time.sleep(TOLD_SECONDS)
    stores = bench.installation.stores
    return {**query(stores, _WRITTEN)[0], **query(stores, _ROWS)[0]}
