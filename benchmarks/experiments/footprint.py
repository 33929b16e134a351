"""What the service holds and how soon it serves, and what learners cost a month."""

from __future__ import annotations

import time
from statistics import median

from benchmarks.accounting import held_memory
from benchmarks.bench import MORNING, Bench
from benchmarks.report import Section
from benchmarks.rounds import cpu, typical
from benchmarks.sql import query

SIZES = (10_000, 100_000, 1_000_000)
REQUESTS_A_DAY = 50
"""Of a learner who learns: five lessons, and what is looked at between them."""
DAYS_A_MONTH = 20
PEAK_SECONDS = 3600
"""All learners come within one morning hour, …"""
PEAK = 2
"""… and in its busiest minutes twice as many as on average."""
CORE_SHARE = 0.5
"""Cores are bought so that the busiest minutes use half of them."""
WORKER_BYTES = 150e6
PRICES = {"cores": 10.0, "GB of memory": 4.0, "GB of disk": 0.1}
"""US dollars a month, as virtual machines cost."""
STARTS = 3


def measure(bench: Bench) -> Section:
    section = Section("Memory, start-up and a month")
    installation, learners = bench.installation, _count(bench)
    bench.tell("memory and disk")
    windows = [bench.window(bench.plan(MORNING)).without(bench.idle()) for _ in range(3)]
    service = held_memory(installation.accounts.serve)
    valkey = held_memory(installation.accounts.valkey)
    disk = float(query(installation.stores, "SELECT pg_database_size(current_database())")[0][0])
    section.add("memory: a worker", service / 1e6, "MB")
    section.add("memory: Valkey", valkey / 1e6, "MB")
    section.add("disk of PostgreSQL, a learner", disk / learners / 1e3, "kB")
    bench.tell("starts")
    starts = []
    for _ in range(STARTS):
        installation.stop()
        began = time.monotonic()
        installation.start()
        starts.append(time.monotonic() - began)
    section.add("start until ready, servers included", median(starts), "s")
    section.add("memory: a worker, just started", held_memory(installation.accounts.serve) / 1e6, "MB")
    each = typical(windows, cpu)
    section.add("CPU of a request of a school morning", each * 1e6, "us")
    for size in SIZES:
        rate = size * REQUESTS_A_DAY / PEAK_SECONDS * PEAK
        cores = rate * each / CORE_SHARE
        memory = (max(1.0, cores / 2) * WORKER_BYTES + valkey / learners * size + 0.1 * disk / learners * size) / 1e9
        bought = {"cores": cores, "GB of memory": memory, "GB of disk": 2 * disk / learners * size / 1e9}
        section.add(f"{size:,} learners: CPU a month", size * REQUESTS_A_DAY * DAYS_A_MONTH * each / 3600, "h")
        for what, amount in bought.items():
            section.add(f"{size:,} learners: {what}", amount, "")
        section.add(f"{size:,} learners: a month", sum(PRICES[what] * amount for what, amount in bought.items()), "USD")
    return section


def _count(bench: Bench) -> int:
    return int(query(bench.installation.stores, "SELECT count(*) FROM users")[0][0])
