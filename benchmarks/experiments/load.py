"""Latency by load, throughput by connections, and what becomes of more than can be served."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from benchmarks.accounting import Cpu
from benchmarks.bench import AWARD, Bench, shares
from benchmarks.cores import apart
from benchmarks.plans import REFUSED, Plan, Result, together
from benchmarks.report import Section
from benchmarks.rounds import cpu, level, throughput, typical

CURVES = (AWARD, "page of 50")
QUANTILES = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
CONNECTIONS = (1, 4, 16, 64, 256)
LOADS = (0.25, 0.5, 0.75, 0.9)
TIMES = (2, 5, 10)
OVERLOAD_CONNECTIONS = 6000
OVERLOAD_WINDOWS = 3
CALM_WINDOWS = 5
RECOVERY_SECONDS = 10


def measure_latency(bench: Bench, seconds: float) -> Section:
    """At half of what the service can do, counted from the moment a request falls due."""
    section = Section(f"Latency at half of saturation, {seconds:g} s of random arrivals")
    for name in bench.routes:
        result = _at(bench, name, 0.5 * bench.saturation(name), seconds)
        section.add(f"{name}: load", result.asked / result.seconds, "1/s")
        for label, share in QUANTILES.items():
            section.add(f"{name}: {label}", result.quantile(share) * 1000, "ms")
        section.add(f"{name}: lateness of the generator, p99", result.lag * 1000, "ms")
        section.blame(name, [result.bad])
        shares_ = [number / 1000 for number in range(1, 1000)]
        section.data[name] = {"shares": shares_, "ms": [result.quantile(share) * 1000 for share in shares_]}
    return section


def measure_curves(bench: Bench) -> Section:
    """Throughput by connections, and p99 by load."""
    section = Section("Throughput by connections, and p99 by load")
    by_connections: dict[str, Any] = {}
    for name in CURVES:
        found = []
        for connections in CONNECTIONS:
            bench.tell(f"{name}, {connections} connections")
            window = bench.window(replace(bench.plan(name), connections=connections))
            found.append(window.throughput)
            section.add(f"{name}, {connections} connections", window.throughput, "1/s")
            section.blame(f"{name}, {connections} connections", [window.bad])
        by_connections[name] = {"connections": CONNECTIONS, "throughput": found}
    by_load: dict[str, Any] = {}
    for name in CURVES:
        p99 = []
        for load in LOADS:
            result = _at(bench, name, load * bench.saturation(name), 2 * bench.seconds)
            p99.append(result.quantile(0.99) * 1000)
            section.add(f"{name} at {load:.0%} of saturation: p99", p99[-1], "ms")
        by_load[name] = {"load": LOADS, "p99_ms": p99}
    section.data = {"by_connections": by_connections, "by_load": by_load}
    return section


def measure_overload(bench: Bench) -> Section:
    """Far more awards than can be written, from thousands of connections: how many are, and how soon the rest is told.

    The service and its stores have a core of their own in all windows, so what overload takes from awards is taken by
    refusals, not by the generators. Each overload is compared to the calm windows right before and after it.
    """
    section = Section(f"Overload, up to {OVERLOAD_CONNECTIONS} connections; service and stores on one core")
    with apart(bench.installation.accounts.serve):
        for times in TIMES:
            _add_overload(section, bench, times)
    return section


def _add_overload(section: Section, bench: Bench, times: int) -> None:
    calm = [bench.window(bench.plan(AWARD)) for _ in range(CALM_WINDOWS)]
    bench.tell(f"{times} times saturation")
    result, used = _overload(bench, times * typical(calm, throughput))
    time.sleep(RECOVERY_SECONDS)
    after = bench.window(bench.plan(AWARD))
    calm.append(after)
    usual, usual_cpu = typical(calm, throughput), typical(calm, cpu)
    refused = result.count(REFUSED)
    section.add(f"{times}x: calm", level(calm, throughput), "1/s")
    section.add(f"{times}x: asked, of calm", result.asked / result.seconds / usual, "x")
    section.add(f"{times}x: paid in time, of calm", result.throughput / usual, "x")
    section.add(f"{times}x: cores that the generators took", result.cpu / result.seconds, "")
    if refused:
        each = (used.total - result.good * usual_cpu) / refused
        section.add(f"{times}x: CPU of a refusal, of an award's in the calm", each / usual_cpu, "x")
    section.add(f"{times}x: paid, p50", result.quantile(0.5) * 1000, "ms")
    section.add(f"{times}x: paid, p99", result.quantile(0.99) * 1000, "ms")
    section.add(f"{times}x: refused, of those asked", refused / result.asked, "x")
    section.add(f"{times}x: refused, p50 from being sent", result.quantile(0.5, REFUSED) * 1000, "ms")
    section.add(f"{times}x: refused, p99 from being sent", result.quantile(0.99, REFUSED) * 1000, "ms")
    section.add(f"{times}x: {RECOVERY_SECONDS} s after it, of calm", after.throughput / usual, "x")
    others = {outcome: count for outcome, count in result.bad.items() if outcome != REFUSED}
    section.blame(f"{times}x", [others])


def _at(bench: Bench, name: str, rate: float, seconds: float) -> Result:
    bench.tell(f"{name} at {rate:.0f} a second")
    (result,) = bench.run(replace(bench.plan(name), rate=rate, seconds=seconds, connections=512))
    bench.installation.settle()
    return result


def _overload(bench: Bench, rate: float) -> tuple[Result, Cpu]:
    whole: Plan = replace(
        bench.plan(AWARD), rate=rate, seconds=OVERLOAD_WINDOWS * bench.seconds, connections=OVERLOAD_CONNECTIONS
    )
    before = bench.installation.accounts.read()
    result = together(bench.run(*shares(whole, 2)))
    bench.installation.settle()
    return result, bench.installation.accounts.read() - before
