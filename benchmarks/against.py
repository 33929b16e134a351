"""What the hot requests cost in this commit and in another one, measured in turns in one run.

    python -m benchmarks.against CHECKOUT [--rounds 5] [--seconds 1.5] [--crowd 100000]

`CHECKOUT` is a work tree of the other commit after `make setup`. Each commit has an installation of its own; B0, the bare
control, is measured in the same turns.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks.bench import MY_RANK, PAGE, STATE, SUBMIT, Bench, bare_windows, opened
from benchmarks.generators import ROOT
from benchmarks.open_files import allow_many_connections
from benchmarks.report import Section, machine_facts, microseconds, show
from benchmarks.rounds import Window, cpu, level, measure_in_turns, pooled_ratio, ratio, service_cpu
from benchmarks.run import teller

REQUESTS = {"award": SUBMIT, "page of 50": PAGE, "own rank": MY_RANK, "state": STATE}
LEARNERS = 20_000
BARE = "B0"


def measure(old: Bench, new: Bench) -> Section:
    """Each request as a multiple of B0, in both commits, and the ratio of the two."""
    section = Section(f"This commit and the other one, {new.rounds * 2} windows of {new.seconds:g} s each")
    with bare_windows(new) as bare:
        variants: dict[str, Callable[[], Window]] = {}
        for name, path in REQUESTS.items():
            variants[f"{name}, old"] = partial(old.window, old.plan(path))
            variants[f"{name}, new"] = partial(new.window, new.plan(path))
        series = measure_in_turns({BARE: bare, **variants}, new.rounds, new.tell)
    section.add("CPU: B0", microseconds(level(series[BARE], cpu)), "us")
    for name in REQUESTS:
        one, other = f"{name}, new", f"{name}, old"
        section.add(f"CPU: {other} / B0", ratio(series, other, BARE, cpu), "x")
        section.add(f"CPU: {one} / B0", ratio(series, one, BARE, cpu), "x")
        section.add(f"CPU: {name}, new / old", ratio(series, one, other, cpu), "x")
        section.add(
            f"CPU: {name}, new / old, all windows together", pooled_ratio(series, one, other, lambda c: c.total), "x"
        )
        section.add(f"CPU of the service: {name}, new / old", ratio(series, one, other, service_cpu), "x")
    section.keep(series)
    return section


def main() -> None:
    options = _options()
    allow_many_connections()
    tell = teller()
    with ExitStack() as stack:
        old, new = (
            stack.enter_context(
                opened(
                    crowd=options.crowd,
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
    show({"against": section}, machine_facts())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.against", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkout", type=Path, help="work tree of the other commit, with its .venv")
    parser.add_argument("--rounds", type=int, default=5, help="turns forth and back (two windows each)")
    parser.add_argument("--seconds", type=float, default=1.5, help="length of a window")
    parser.add_argument("--crowd", type=int, default=100_000, help="learners on the board")
    return parser.parse_args()


if __name__ == "__main__":
    main()
