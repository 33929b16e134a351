"""Where the time of each route goes: `python -m benchmarks.profiles [--only award] [--population 100000] [--seconds 10]`.

For each route it writes into `var/profile`, while 64 connections ask: a flame graph of the service (`ROUTE.svg`), its
stacks (`ROUTE.txt`), and the statements by what PostgreSQL spent on them (`ROUTE.statements.txt`). It prints the shares.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from benchmarks.bench import Bench, opened
from benchmarks.generators import ROOT
from benchmarks.open_files import allow_many_connections
from benchmarks.run import LEARNERS, POPULATION, teller
from benchmarks.sql import query

DIRECTORY = ROOT / "var" / "profile"
SHOWN = 14
SAMPLES_A_SECOND = 250
OURS = re.compile("scout_os/(?!cli/)")
_FRAME = re.compile(r"(.+) \((.+?)(?::\d+)?\)$")
_TOP = """
    SELECT calls, round(total_exec_time::numeric, 1) AS ms, round((total_exec_time * 1000 / calls)::numeric) AS us_a_call,
           rows, shared_blks_hit AS found, shared_blks_read AS read, wal_bytes, query
      FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 15
"""


def profile(bench: Bench, name: str) -> None:
    file = DIRECTORY / name.replace(" ", "_")
    query(bench.installation.stores, "SELECT pg_stat_statements_reset()")
    with ThreadPoolExecutor(1) as one:
        running = one.submit(bench.run, replace(bench.plan(name), seconds=2 * bench.seconds + 4))
        for format_, suffix in (("flamegraph", ".svg"), ("raw", ".txt")):
            _record(bench.installation.accounts.serve, bench.seconds, format_, file.with_suffix(suffix))
        running.result()
    rows = query(bench.installation.stores, _TOP)
    file.with_suffix(".statements.txt").write_text("\n".join(_told(row) for row in rows))
    for title, shares in zip(("in the code of", "under"), _shares(file.with_suffix(".txt")), strict=True):
        print(f"\n{name}: share of the event loop's time {title}")
        for what, share in shares:
            print(f"  {share:6.1%}  {what}")
    sys.stdout.flush()


def _record(pid: int, seconds: float, format_: str, file: Path) -> None:
    command = [
        str(Path(sys.executable).with_name("py-spy")),
        "record",
        "--pid",
        str(pid),
        "--duration",
        f"{seconds:.0f}",
    ]
    command += ["--rate", str(SAMPLES_A_SECOND), "--format", format_, "--output", str(file), "--nonblocking"]
    subprocess.run(command, check=True, capture_output=True)


def _told(row: dict[str, object]) -> str:
    return "  ".join(f"{name}={value}" for name, value in row.items() if name != "query") + f"\n    {row['query']}\n"


def _shares(file: Path) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """Time in a module's own code, and time under each function of ours, library calls included."""
    own: Counter[str] = Counter()
    under: Counter[str] = Counter()
    whole = 0
    for frames, count in _stacks(file):
        whole += count
        own[_module(frames[-1][1])] += count
        for name, path in {frame for frame in frames if OURS.search(frame[1])}:
            under[f"{path.rpartition('scout_os/')[2]} {name}"] += count
    return (
        [(what, count / whole) for what, count in own.most_common(SHOWN)],
        [(what, count / whole) for what, count in under.most_common(3 * SHOWN)],
    )


def _stacks(file: Path) -> Iterator[tuple[list[tuple[str, str]], int]]:
    """Stacks of the event loop, outermost frame first."""
    for line in file.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [match.groups() for frame in stack.split(";") if (match := _FRAME.match(frame))]
        if any(path.endswith("uvicorn/server.py") for _, path in frames):
            yield [(name, path) for name, path in frames], int(count)


def _module(path: str) -> str:
    found = re.search(r"(?:site-packages/|python3\.\d+/)(.+)|(scout_os/.+)", path)
    return "/".join((found[1] or found[2]).split("/")[:3]) if found else path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profiles", description=__doc__)
    parser.add_argument("--only", help="some of the routes, with commas between them")
    parser.add_argument("--population", type=int, default=POPULATION)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each recording")
    options = parser.parse_args()
    allow_many_connections()
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    learners = min(LEARNERS, options.population // 3)
    with opened(
        population=options.population, learners=learners, seconds=options.seconds, rounds=1, tell=teller()
    ) as bench:
        bench.installation.count_statements()
        bench.installation.wait_for_source(bench.learners.admin, "redis")
        bench.warm_up()
        for name in options.only.split(",") if options.only else bench.routes:
            profile(bench, name)
    print(f"\nalso in {DIRECTORY}")


if __name__ == "__main__":
    main()
