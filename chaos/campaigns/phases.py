"""What was measured while Redis was in one state and another, side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal

Mode = Literal["healthy", "gone", "hung"]
"""`gone`: connections are refused. `hung`: they are taken, and nothing is answered."""


@dataclass
class Phase:
    """What was measured while Redis was in one state."""

    mode: Mode
    times: list[float]
    sources: dict[str, int]
    pages: float
    histograms: float
    """Ranking queries of one worker in a second."""

    def p99(self) -> float:
        """Seconds within which 99 of 100 submissions were answered."""
        return sorted(self.times)[int(len(self.times) * 0.99)] if self.times else 0.0


@dataclass
class Outcome:
    """All phases of a run."""

    phases: list[Phase] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def quantile(self, mode: Mode, share: float) -> float:
        """Of the submissions of all phases of that state together."""
        times = sorted(seconds for phase in self.phases if phase.mode == mode for seconds in phase.times)
        return times[int(len(times) * share)] if times else 0.0

    def ratio(self, mode: Mode) -> float:
        """How much longer the slowest hundredth takes than with a healthy Redis; the median phase of each, because a
        machine that is shared has bad moments in single phases."""
        return self._median_p99(mode) / max(self._median_p99("healthy"), 1e-9)

    def most_queries(self) -> float:
        """Ranking queries of one worker in a second, in the worst phase."""
        return max(phase.pages + phase.histograms for phase in self.phases)

    def _median_p99(self, mode: Mode) -> float:
        return median([phase.p99() for phase in self.phases if phase.mode == mode] or [0.0])


def report(outcome: Outcome, seed: int) -> dict[str, Any]:
    """The figures."""
    modes = sorted({phase.mode for phase in outcome.phases})
    milliseconds = {
        f"submit_ms_{name}_{mode}": round(1000 * outcome.quantile(mode, share), 1)
        for name, share in (("median", 0.5), ("p99", 0.99))
        for mode in modes
    }
    return {
        "seed": seed,
        "phases": [
            {
                "redis": phase.mode,
                "submissions": len(phase.times),
                "submit_ms_p99": round(1000 * phase.p99(), 1),
                "reads_by_source": phase.sources,
                "page_queries_a_second_per_worker": round(phase.pages, 2),
                "histogram_queries_a_second_per_worker": round(phase.histograms, 2),
            }
            for phase in outcome.phases
        ],
        **milliseconds,
        "ratio_of_p99": {mode: round(outcome.ratio(mode), 2) for mode in modes if mode != "healthy"},
        "reads_refused": outcome.refused,
        "violations": len(outcome.violations),
    }
