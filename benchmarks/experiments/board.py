"""What reading the board costs while awards arrive, and when Redis is away."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from operator import attrgetter

from benchmarks.bench import MY_RANK, NOTHING, PAGE, Bench
from benchmarks.plans import Plan
from benchmarks.raw_valkey import raw_page_window
from benchmarks.report import Section, microseconds
from benchmarks.rounds import (
    Series,
    Window,
    cpu,
    level,
    longest,
    measure_in_turns,
    pooled_ratio,
    ratio,
    throughput,
    typical,
)

AWARDS_A_SECOND = 200
ALONE, HEALTHY, AWAY = "awards alone", "healthy", "Redis away"
READS = {"page of 50": PAGE, "own rank": MY_RANK, "H0": NOTHING}


def measure(bench: Bench) -> Section:
    """Reads at 64 connections beside a steady stream of awards, whose own cost is measured alone and taken off."""
    section = Section(
        f"Reads at 64 connections, {_members(bench)} on the board, {AWARDS_A_SECOND} awards a second beside"
    )
    awards = replace(bench.awarding(), rate=AWARDS_A_SECOND, connections=256)
    variants = {
        ALONE: partial(bench.window, awards),
        **{name: partial(bench.window, bench.reading(path), awards) for name, path in READS.items()},
        "Z0": partial(raw_page_window, bench),
    }
    measured = measure_in_turns(variants, bench.rounds, bench.tell)
    section.keep(measured)
    series = _without_awards(measured)
    for name in READS:
        section.add(f"{name}: a second", level(series[name], throughput), "1/s")
    for name in READS:
        section.add(f"CPU: {name}", microseconds(level(series[name], cpu)), "us")
    for name in ("page of 50", "own rank"):
        section.add(f"throughput: {name} / H0", ratio(series, name, "H0", throughput), "x")
        section.add(f"CPU: {name} / H0", ratio(series, name, "H0", cpu), "x")
    section.add(
        "CPU of Valkey: page of 50 / Z0 (three commands)",
        pooled_ratio(series, "page of 50", "Z0", attrgetter("redis")),
        "x",
    )
    bench.known[PAGE] = typical(series["page of 50"], throughput)
    return section


def measure_without_redis(bench: Bench) -> Section:
    """The same reads while Valkey is frozen: PostgreSQL answers."""
    section = Section(f"Reads at 64 connections with and without Redis, {_members(bench)} on the board")
    plans = {name: bench.reading(path) for name, path in READS.items() if path != NOTHING}
    variants = {
        f"{name}, {state}": partial(_window, bench, plan, state)
        for name, plan in plans.items()
        for state in (HEALTHY, AWAY)
    }
    series = measure_in_turns(variants, bench.rounds, bench.tell)
    for name in variants:
        section.add(f"{name}: a second", level(series[name], throughput), "1/s")
        section.add(f"{name}: longest", level(series[name], longest), "s")
        section.add(f"{name}: CPU", microseconds(level(series[name], cpu)), "us")
    for name in plans:
        healthy, away = f"{name}, {HEALTHY}", f"{name}, {AWAY}"
        section.add(f"throughput: {name}, away / healthy", ratio(series, away, healthy, throughput), "x")
    section.keep(series)
    return section


def _window(bench: Bench, plan: Plan, state: str) -> Window:
    if state == HEALTHY:
        return bench.window(plan)
    with bench.installation.frozen_valkey():
        bench.installation.wait_for_source(bench.learners.admin, "postgres")
        window = bench.window(plan)
    bench.installation.wait_for_source(bench.learners.admin, "redis")
    return window


def _without_awards(measured: Series) -> Series:
    beside = measured[ALONE]
    return {
        name: [window.without(alone) for window, alone in zip(windows, beside, strict=True)]
        if name in READS
        else windows
        for name, windows in measured.items()
    }


def _members(bench: Bench) -> str:
    with bench.installation.valkey() as valkey:
        return f"{valkey.zcard('leaderboard:training'):,}"
