"""Two workers against one, on the same stores and the same machine."""

from __future__ import annotations

from benchmarks.bench import AWARD, MORNING, Bench
from benchmarks.report import Section
from benchmarks.rounds import Series, level, ratio, throughput

REQUESTS = (AWARD, "page of 50", MORNING)


def measure(bench: Bench) -> Section:
    """The service is started anew for each, so the windows of one start count as one turn."""
    section = Section("Two workers against one, 64 connections")
    series: Series = {}
    for number in range(bench.rounds):
        for workers in (1, 2, 2, 1):
            bench.tell(f"round {number + 1} of {bench.rounds}: {workers} workers")
            bench.installation.stop()
            bench.installation.start(workers)
            bench.installation.wait_for_source(bench.learners.admin, "redis")
            bench.warm_up()
            for name in REQUESTS:
                series.setdefault(f"{name}, {workers}", []).append(bench.window(bench.plan(name)))
    for name in REQUESTS:
        for workers in (1, 2):
            section.add(f"{name}, workers: {workers}", level(series[f"{name}, {workers}"], throughput), "1/s")
        section.add(f"{name}: two / one", ratio(series, f"{name}, 2", f"{name}, 1", throughput), "x")
    section.keep(series)
    bench.installation.stop()
    bench.installation.start()
    return section
