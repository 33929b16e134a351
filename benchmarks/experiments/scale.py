"""What grows with the number of learners: the cost of a request, and a rebuild."""

from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from statistics import median

import asyncpg

from benchmarks.accounting import forget_peak_memory, peak_memory
from benchmarks.bench import AWARD, Bench, bare_windows
from benchmarks.experiments.routes import BARE, windows, without_background
from benchmarks.learners import sample_learners
from benchmarks.plans import Result, together
from benchmarks.report import Section, microseconds
from benchmarks.rounds import cpu, level, measure_in_turns, ratio, typical

COPY = "bench:copy"
MEMBERS_A_COMMAND = 1000
MEGABYTE = 1e6
AWARDS_A_SECOND = 200
AWARDS_SECONDS = 8.0


def measure(bench: Bench, sizes: tuple[int, ...]) -> Section:
    """CPU of a request at growing numbers of learners, of whom as many ask at each."""
    section = Section("CPU of a request by the number of learners")
    stores, data_dir, askers = bench.installation.stores, bench.installation.data_dir, len(bench.learners.ids)
    costs: dict[str, list[float]] = {}
    multiples: dict[str, list[float]] = {}
    there = sizes[0]
    for size in sizes:
        if size > there:
            bench.grow(size - there)
            bench.learners = sample_learners(stores, data_dir, askers)
            bench.installation.tidy()
            there = size
        with bare_windows(bench) as bare:
            series = measure_in_turns({BARE: bare, **windows(bench)}, bench.rounds, bench.tell)
        series = without_background(series, bench.routes)
        for name in (BARE, *bench.routes):
            measured = series[name]
            section.add(f"{name}, {size:,} learners", microseconds(level(measured, cpu)), "us")
            section.blame(f"{name}, {size:,} learners", [window.bad for window in measured])
            costs.setdefault(name, []).append(typical(measured, cpu) * 1e6)
            multiples.setdefault(name, []).append(ratio(series, name, BARE, cpu).median)
    for name in bench.routes:
        smallest, *_, largest = multiples[name]
        section.add(f"{name}, {sizes[-1]:,} / {sizes[0]:,} learners (multiples of B0)", largest / smallest, "x")
    section.data = {"sizes": sizes, "us": costs}
    return section


def measure_rebuild(bench: Bench) -> Section:
    """A rebuild against the bare minimum: one COPY out of PostgreSQL, ZADDs of a thousand members into Valkey."""
    accounts = bench.installation.accounts
    with bench.installation.valkey() as valkey:
        section = Section(f"A rebuild of {valkey.zcard('leaderboard:training'):,} places")
    times = range(max(2, bench.rounds))
    for pid in (accounts.serve, accounts.valkey):
        forget_peak_memory(pid)
    bench.tell("rebuild against a plain copy")
    rebuilds = [bench.installation.rebuild(bench.learners.admin) for _ in times]
    service_peak, valkey_peak = peak_memory(accounts.serve), peak_memory(accounts.valkey)
    copies = [asyncio.run(_copy(bench)) for _ in times]
    section.add("rebuild", median(rebuilds), "s")
    section.add("plain copy", median(copies), "s")
    section.add("rebuild / plain copy", median(rebuilds) / median(copies), "x")
    section.add("most memory: service", service_peak / MEGABYTE, "MB")
    section.add("most memory: Valkey", valkey_peak / MEGABYTE, "MB")
    return section


def measure_awards_beside(bench: Bench) -> Section:
    """How long awards take while the board is rebuilt without pause, and while it is not."""
    section = Section(f"Awards beside rebuilds without pause, {AWARDS_A_SECOND} a second")
    plan = replace(bench.plan(AWARD), rate=AWARDS_A_SECOND, seconds=AWARDS_SECONDS, connections=256)
    results: dict[str, list[Result]] = {"alone": [], "beside": []}
    rebuilds = 0
    for number in range(max(2, bench.rounds)):
        for name in ("alone", "beside", "beside", "alone"):
            bench.tell(f"round {number + 1}: awards {name}")
            if name == "alone":
                results[name] += bench.run(plan)
            else:
                with _rebuilding(bench) as done:
                    results[name] += bench.run(plan)
                rebuilds += len(done)
            bench.installation.settle()
    for label, share in (("p50", 0.5), ("p99", 0.99)):
        quantiles = {name: together(several).quantile(share) for name, several in results.items()}
        for name, seconds in quantiles.items():
            section.add(f"{label}, {name}", seconds * 1000, "ms")
        section.add(f"{label}, beside / alone", quantiles["beside"] / quantiles["alone"], "x")
    section.add("rebuilds meanwhile", rebuilds, "")
    for name, several in results.items():
        section.blame(name, [result.bad for result in several])
    return section


@contextmanager
def _rebuilding(bench: Bench) -> Iterator[list[float]]:
    """Rebuild after rebuild for the block; the seconds that each took."""
    done: list[float] = []
    ending = threading.Event()

    def rebuild() -> None:
        while not ending.is_set():
            done.append(bench.installation.rebuild(bench.learners.admin))

    with ThreadPoolExecutor(1) as one:
        rebuilding = one.submit(rebuild)
        try:
            yield done
        finally:
            ending.set()
            rebuilding.result()


async def _copy(bench: Bench) -> float:
    began = time.perf_counter()
    connection = await asyncpg.connect(bench.installation.stores.owner_database_url)
    out = io.BytesIO()
    try:
        await connection.copy_from_query("SELECT total_xp, id FROM users WHERE on_board AND total_xp > 0", output=out)
    finally:
        await connection.close()
    flat = out.getvalue().split()
    with bench.installation.valkey() as valkey:
        pipeline = valkey.pipeline(transaction=False)
        for first in range(0, len(flat), 2 * MEMBERS_A_COMMAND):
            pipeline.execute_command("ZADD", COPY, *flat[first : first + 2 * MEMBERS_A_COMMAND])
            if len(pipeline) >= 10:
                pipeline.execute()
        pipeline.execute()
        took = time.perf_counter() - began
        valkey.delete(COPY)
    return took
