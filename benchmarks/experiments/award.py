"""What an award costs: against a request that does nothing, the bare statement, and the service without group commit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import attrgetter

from benchmarks.bench import NOTHING, SUBMIT, SUBMIT_ALONE, Bench, bare_windows, raw_awards
from benchmarks.raw_valkey import raw_award_window
from benchmarks.report import Section, microseconds
from benchmarks.rounds import (
    Window,
    cpu,
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

AWARD, ALONE = "award", "award without group commit"
NOTHING_NEW, NOTHING_KNOWN = "H0, any learner", "H0, few learners"
BARE, RAW, ZADD = "B0", "P0", "Z0"


def measure(bench: Bench) -> Section:
    section = Section(f"Awards at 64 connections, {bench.rounds * 2} windows of {bench.seconds:g} s each")
    with bare_windows(bench) as bare, raw_awards(bench) as raw:
        variants: dict[str, Callable[[], Window]] = {
            AWARD: partial(bench.window, bench.awarding()),
            NOTHING_NEW: partial(bench.window, bench.reading(NOTHING)),
            NOTHING_KNOWN: partial(bench.window, bench.reading(NOTHING, few=True)),
            BARE: bare,
            ALONE: partial(bench.window, bench.awarding(SUBMIT_ALONE)),
            RAW: raw.window,
            ZADD: partial(raw_award_window, bench),
        }
        series = measure_in_turns(variants, bench.rounds, bench.tell)
    for name in (AWARD, ALONE, NOTHING_NEW, NOTHING_KNOWN, BARE, RAW):
        section.add(f"{name}: a second", level(series[name], throughput), "1/s")
    for part, used in (("service", service_cpu), ("PostgreSQL", postgres_cpu), ("Valkey", redis_cpu), ("all", cpu)):
        section.add(f"CPU of an award: {part}", microseconds(level(series[AWARD], used)), "us")
    for name in (ALONE, NOTHING_NEW, NOTHING_KNOWN, BARE, RAW):
        section.add(f"CPU: {name}", microseconds(level(series[name], cpu)), "us")
    for name in (NOTHING_NEW, NOTHING_KNOWN, ALONE):
        section.add(f"throughput: award / {name}", ratio(series, AWARD, name, throughput), "x")
        section.add(f"CPU: award / {name}", ratio(series, AWARD, name, cpu), "x")
    section.add("CPU of PostgreSQL: award / P0", ratio(series, AWARD, RAW, postgres_cpu), "x")
    section.add("CPU of PostgreSQL: without group commit / P0", ratio(series, ALONE, RAW, postgres_cpu), "x")
    section.add("CPU of Valkey: award / Z0 (one ZADD)", pooled_ratio(series, AWARD, ZADD, attrgetter("redis")), "x")
    section.add("throughput: H0, few learners / B0", ratio(series, NOTHING_KNOWN, BARE, throughput), "x")
    section.add("CPU: H0, few learners / B0", ratio(series, NOTHING_KNOWN, BARE, cpu), "x")
    section.keep(series)
    bench.known[SUBMIT] = typical(series[AWARD], throughput)
    return section
