"""What was found: a table for people, and JSON for whoever compares runs."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.bootstrap import Interval
from benchmarks.generators import ROOT
from benchmarks.rounds import Series

RESULTS = ROOT / "benchmarks" / "results"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; an interval where it was measured in turns."""

    name: str
    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None


@dataclass
class Section:
    """What one experiment found. `data` is for plots and for comparing runs."""

    title: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, value: float | Interval, unit: str = "") -> None:
        if isinstance(value, Interval):
            self.rows.append(Row(name, value.median, unit, value.low, value.high))
        else:
            self.rows.append(Row(name, value, unit))

    def keep(self, series: Series) -> None:
        """The windows as they were measured, and a note on every answer that was not as it should be."""
        for name, windows in series.items():
            self.data.setdefault("windows", {})[name] = [asdict(window) for window in windows]
            self.blame(name, [window.bad for window in windows])

    def blame(self, name: str, bad: list[Mapping[str, int]]) -> None:
        totals: dict[str, int] = {}
        for counts in bad:
            for outcome, count in counts.items():
                totals[outcome] = totals.get(outcome, 0) + count
        if totals:
            told = ", ".join(f"{count} x {outcome}" for outcome, count in sorted(totals.items()))
            self.notes.append(f"{name}: not as asked for: {told}")


def microseconds(interval: Interval) -> Interval:
    return Interval(interval.median * 1e6, interval.low * 1e6, interval.high * 1e6)


def show(sections: Mapping[str, Section], facts: Mapping[str, Any]) -> None:
    """The tables, on standard output."""
    console = Console(width=110, highlight=False)
    for section in sections.values():
        table = Table(title=section.title, title_justify="left", width=100)
        for column in ("", "median", "95 % interval", "unit"):
            table.add_column(column, justify="left" if column in ("", "unit") else "right")
        for row in section.rows:
            between = "" if row.low is None or row.high is None else f"{_number(row.low)} … {_number(row.high)}"
            table.add_row(row.name, _number(row.value), between, row.unit)
        console.print(table)
        for note in section.notes:
            console.print(f"  {note}")
    console.print("; ".join(f"{name}: {value}" for name, value in facts.items()))


def save(sections: Mapping[str, Section], facts: Mapping[str, Any], file: Path = RESULTS / "latest.json") -> None:
    """Each section with the facts of its run; sections that were not measured this time keep their last figures."""
    file.parent.mkdir(parents=True, exist_ok=True)
    found = json.loads(file.read_text()) if file.exists() else {}
    found |= {name: {"facts": dict(facts), **asdict(section)} for name, section in sections.items()}
    file.write_text(json.dumps(found, indent=1, default=str) + "\n")


def machine_facts() -> dict[str, Any]:
    """What a figure means nothing without."""
    return {
        "commit": commit_of(ROOT),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load before": " ".join(f"{load:.1f}" for load in os.getloadavg()),
    }


def commit_of(checkout: Path) -> str:
    command = ["git", "-C", str(checkout), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _number(value: float) -> str:
    if math.isnan(value):
        return "-"
    if value == 0 or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"
