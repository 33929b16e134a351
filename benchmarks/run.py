"""The benchmark: `python -m benchmarks.run [--full] [--only routes,away] [--scale 0.1] [--rounds N]`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from benchmarks.bench import Bench, Tell, opened
from benchmarks.experiments import board, footprint, load, routes, scale, statements, workers
from benchmarks.neighbours import read_usage
from benchmarks.open_files import allow_many_connections
from benchmarks.plots import draw
from benchmarks.report import RESULTS, Section, machine_facts, save, show

POPULATION = 100_000
LEARNERS = 20_000
SIZES = (1_000, 10_000, 100_000, 1_000_000)
ASKERS, ASKERS_SECONDS = 900, 1.0
"""Who ask at each of the sizes: as many at each, so that what the service remembers of them is the same."""
LATENCY_WINDOWS = 8
"""So many windows long is the stretch in which latencies are counted: rare ones need many requests."""

EXPERIMENTS: dict[str, Callable[[Bench], Section]] = {
    "routes": routes.measure,
    "away": board.measure_without_redis,
    "latency": lambda bench: load.measure_latency(bench, LATENCY_WINDOWS * bench.seconds),
    "curves": load.measure_curves,
    "overload": load.measure_overload,
    "workers": workers.measure,
    "footprint": footprint.measure,
    "statements": statements.measure,
}
SHORT = ("routes", "away", "latency", "footprint", "statements")
AT_THE_LARGEST: dict[str, Callable[[Bench], Section]] = {
    "away_at_largest": board.measure_without_redis,
    "rebuild": scale.measure_rebuild,
    "beside_rebuild": scale.measure_awards_beside,
}
GROWING = ("scale", *AT_THE_LARGEST)
"""All of them, if one is asked for: it is the growing that takes the time."""


def main() -> None:
    options = _options()
    allow_many_connections()
    tell, facts, before = teller(), machine_facts(), read_usage()
    names = options.only.split(",") if options.only else [*EXPERIMENTS, *GROWING] if options.full else SHORT
    seconds = (3.0 if options.full else 1.5) * options.scale
    rounds = options.rounds or (5 if options.full else 3)
    sections: dict[str, Section] = {}
    wanted = [name for name in EXPERIMENTS if name in names]
    if wanted:
        population = options.population or round(POPULATION * options.scale)
        learners = min(LEARNERS, population // 3)
        with opened(population=population, learners=learners, seconds=seconds, rounds=rounds, tell=tell) as bench:
            facts |= bench.installation.durability()
            for name in wanted:
                sections[name] = EXPERIMENTS[name](bench)
    if any(name in names for name in GROWING):
        sizes = tuple(round(size * options.scale) for size in SIZES)
        askers = round(ASKERS * options.scale)
        with opened(population=sizes[0], learners=askers, seconds=ASKERS_SECONDS, rounds=2, tell=tell) as bench:
            facts |= bench.installation.durability()
            sections["scale"] = scale.measure(bench, sizes)
            for name, measure in AT_THE_LARGEST.items():
                sections[name] = measure(bench)
    others, stolen = read_usage().shares_since(before)
    facts |= {"used by other programs": f"{others:.0%}", "stolen": f"{stolen:.0%}"}
    show(sections, facts)
    save(sections, facts)
    draw(sections)
    print(f"also in {RESULTS}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run")
    parser.add_argument("--full", action="store_true", help="all experiments, longer windows, more turns")
    parser.add_argument("--only", help=f"some of {', '.join([*EXPERIMENTS, *GROWING])}, with commas between them")
    parser.add_argument("--scale", type=float, default=1.0, help="shorter windows and smaller crowds, to try it out")
    parser.add_argument("--population", type=int, help="learners, except where their number is what varies")
    parser.add_argument("--rounds", type=int, help="turns forth and back of each comparison")
    return parser.parse_args()


def teller() -> Tell:
    """Tells on standard error what is being done, with the seconds since it was made."""
    began = time.monotonic()

    def tell(what: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {what}", file=sys.stderr, flush=True)

    return tell


if __name__ == "__main__":
    main()
