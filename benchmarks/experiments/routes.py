"""What each route costs, as a multiple of the bare control, by component; and the bare stores beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from operator import attrgetter

from benchmarks.bench import AWARD, Bench, bare_windows
from benchmarks.pgbench import raw_awards
from benchmarks.raw_valkey import raw_award_window, raw_page_window
from benchmarks.report import Section, microseconds
from benchmarks.rounds import (
    Series,
    Window,
    cpu,
    cpu_a_second,
    level,
    measure_in_turns,
    pooled_ratio,
    postgres_cpu,
    ratio,
    redis_cpu,
    service_cpu,
    throughput,
    typical,
)

IDLE, BARE, RAW, ZADD, ZRANGE = "idle", "B0", "P0", "Z0 award", "Z0 page"
SEEN = ("page of 50", "own rank", "state")
"""Measured with known tokens, too."""
PARTS = {"service": service_cpu, "PostgreSQL": postgres_cpu, "Valkey": redis_cpu}


def measure(bench: Bench) -> Section:
    section = Section(f"Routes at 64 connections, {bench.rounds * 2} windows of {bench.seconds:g} s each")
    with bare_windows(bench) as bare, raw_awards(bench) as raw:
        series = measure_in_turns(
            {
                BARE: bare,
                **windows(bench),
                **{f"{name}, seen": partial(bench.window, bench.plan(name, seen=True)) for name in SEEN},
                RAW: raw,
                ZADD: partial(raw_award_window, bench),
                ZRANGE: partial(raw_page_window, bench),
            },
            bench.rounds,
            bench.tell,
        )
    names = [*bench.routes, *(f"{name}, seen" for name in SEEN)]
    section.keep(series)
    section.add("CPU of the idle service, PostgreSQL and Valkey, of a core", level(series[IDLE], cpu_a_second), "x")
    series = without_background(series, names)
    section.add(f"CPU: {BARE}", microseconds(level(series[BARE], cpu)), "us")
    section.add(f"a second: {BARE}", level(series[BARE], throughput), "1/s")
    for name in names:
        tell_route(section, series, name)
    section.add("CPU of PostgreSQL: P0 (an award alone)", microseconds(level(series[RAW], postgres_cpu)), "us")
    section.add("CPU of PostgreSQL: award / P0", ratio(series, AWARD, RAW, postgres_cpu), "x")
    for one, other in ((AWARD, ZADD), ("page of 50", ZRANGE)):
        section.add(f"CPU of Valkey: {one} / {other}", pooled_ratio(series, one, other, attrgetter("redis")), "x")
    bench.known |= {name: typical(series[name], throughput) for name in bench.routes}
    return section


def windows(bench: Bench) -> Mapping[str, Callable[[], Window]]:
    """How to measure a window of each route, and one without requests."""
    return {IDLE: bench.idle, **{name: partial(bench.window, bench.plan(name)) for name in bench.routes}}


def without_background(series: Series, names: Iterable[str], idle: str = IDLE) -> Series:
    """The series, with the cost of the service's jobs, which are there without requests, taken off `names`."""
    net = {name: [each.without(jobs) for each, jobs in zip(series[name], series[idle], strict=True)] for name in names}
    return {**series, **net}


def tell_route(section: Section, series: Series, name: str) -> None:
    section.add(f"CPU: {name} / {BARE}", ratio(series, name, BARE, cpu), "x")
    for part, used in PARTS.items():
        section.add(f"CPU: {name}: {part}", microseconds(level(series[name], used)), "us")
    section.add(f"a second: {name}", level(series[name], throughput), "1/s")
