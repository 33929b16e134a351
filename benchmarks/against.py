"""What the routes cost in this commit and in another one, measured in turns in one run.

    python -m benchmarks.against CHECKOUT [--rounds 5] [--seconds 1.5] [--population 100000]

`CHECKOUT` is a work tree of the other commit after `make setup`. Each commit has an installation of its own, with a
population that its own `bench populate` makes; B0, the bare control, is measured in the same turns.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from operator import attrgetter
from pathlib import Path

from benchmarks.bench import Bench, bare_windows, opened
from benchmarks.experiments.routes import BARE, IDLE, tell_route, windows, without_background
from benchmarks.generators import ROOT
from benchmarks.neighbours import read_usage
from benchmarks.open_files import allow_many_connections
from benchmarks.report import Section, commit_of, machine_facts, microseconds, save, show
from benchmarks.rounds import cpu, level, measure_in_turns, pooled_ratio, ratio
from benchmarks.run import LEARNERS, teller


def measure(old: Bench, new: Bench) -> Section:
    """Each route as a multiple of B0, in both commits, and the ratio of the two."""
    section = Section(f"This commit and the other one, {new.rounds * 2} windows of {new.seconds:g} s each")
    with bare_windows(new) as bare:
        variants = {BARE: bare}
        for name, window in windows(new).items():
            variants |= {f"{name}, old": windows(old)[name], f"{name}, new": window}
        series = measure_in_turns(variants, new.rounds, new.tell)
    section.keep(series)
    for age in ("old", "new"):
        series = without_background(series, [f"{name}, {age}" for name in new.routes], f"{IDLE}, {age}")
    section.add(f"CPU: {BARE}", microseconds(level(series[BARE], cpu)), "us")
    for name in new.routes:
        one, other = f"{name}, new", f"{name}, old"
        tell_route(section, series, other)
        tell_route(section, series, one)
        section.add(f"CPU: {name}, new / old", ratio(series, one, other, cpu), "x")
        for part in ("service", "postgres", "redis"):
            section.add(f"CPU: {name}: {part}, new / old", pooled_ratio(series, one, other, attrgetter(part)), "x")
    return section


def main() -> None:
    options = _options()
    allow_many_connections()
    tell, facts, before = teller(), machine_facts(), read_usage()
    with ExitStack() as stack:
        old, new = (
            stack.enter_context(
                opened(
                    population=options.population,
                    learners=LEARNERS,
                    seconds=options.seconds,
                    rounds=options.rounds,
                    tell=tell,
                    checkout=checkout,
                )
            )
            for checkout in (options.checkout.resolve(), ROOT)
        )
        section = measure(old, new)
    others, _ = read_usage().shares_since(before)
    facts |= {"used by other programs": f"{others:.0%}"}
    facts |= {"other commit": commit_of(options.checkout), "learners": f"{options.population:,}"}
    show({"against": section}, facts)
    save({"against": section}, facts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.against", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkout", type=Path, help="work tree of the other commit, with its .venv")
    parser.add_argument("--rounds", type=int, default=5, help="turns forth and back (two windows each)")
    parser.add_argument("--seconds", type=float, default=1.5, help="length of a window")
    parser.add_argument("--population", type=int, default=100_000, help="learners of each")
    return parser.parse_args()


if __name__ == "__main__":
    main()
