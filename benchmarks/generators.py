"""Load generators as the benchmark sees them: processes that are started once and given one plan after the other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.plans import Plan, Result, together

ROOT = Path(__file__).parents[1]


class GeneratorProcess:
    """One generator. `start` a plan, then `finish` it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.loadgen"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )

    def start(self, plan: Plan) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(plan.to_line())
        self._process.stdin.flush()

    def finish(self) -> Result:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a load generator ended")
        return Result.from_line(line)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


class Generators:
    """As many as there are plans at once."""

    def __init__(self) -> None:
        self._processes: list[GeneratorProcess] = []

    def run(self, *plans: Plan) -> list[Result]:
        """Carry the plans out at the same time; a result for each."""
        while len(self._processes) < len(plans):
            self._processes.append(GeneratorProcess())
        for process, plan in zip(self._processes, plans, strict=False):
            process.start(plan)
        return [process.finish() for process, _ in zip(self._processes, plans, strict=False)]

    def run_as_one(self, plans: Sequence[Plan]) -> Result:
        return together(self.run(*plans))

    def close(self) -> None:
        for process in self._processes:
            process.close()
