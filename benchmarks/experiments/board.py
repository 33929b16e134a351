"""What reading the board costs when Redis is away."""

from __future__ import annotations

from functools import partial

from benchmarks.bench import Bench
from benchmarks.plans import Plan
from benchmarks.report import Section, microseconds
from benchmarks.rounds import Window, cpu, level, longest, measure_in_turns, ratio, throughput

HEALTHY, AWAY = "healthy", "Redis away"
READS = ("page of 50", "own rank")


def measure_without_redis(bench: Bench) -> Section:
    """Reads while Valkey is frozen: PostgreSQL answers."""
    section = Section(f"Reads at 64 connections with and without Redis, {_members(bench)} on the board")
    plans = {name: bench.plan(name) for name in READS}
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


def _members(bench: Bench) -> str:
    with bench.installation.valkey() as valkey:
        return f"{valkey.zcard('leaderboard:training'):,}"
