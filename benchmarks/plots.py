"""Pictures of what was found; each experiment that was run has its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from benchmarks.report import RESULTS, Section


def draw(sections: Mapping[str, Section], directory: Path = RESULTS) -> list[Path]:
    """Write the plots of the experiments among `sections`; their files."""
    directory.mkdir(parents=True, exist_ok=True)
    files = []
    if "latency" in sections:
        files.append(_latency(sections["latency"], directory / "latency.png"))
    if "curves" in sections:
        files.append(_throughput(sections["curves"], directory / "throughput_by_connections.png"))
        files.append(_p99(sections["curves"], directory / "p99_by_load.png"))
    if "scale" in sections:
        files.append(_cost(sections["scale"], directory / "cost_by_learners.png"))
    return files


def _latency(section: Section, file: Path) -> Path:
    axes = _axes("share of the slowest requests", "latency in ms")
    for name, line in section.data.items():
        axes.plot([1 - share for share in line["shares"]], line["ms"], label=name)
    axes.set_xscale("log")
    axes.invert_xaxis()
    axes.set_yscale("log")
    return _write(axes, section.title, file)


def _throughput(section: Section, file: Path) -> Path:
    axes = _axes("connections", "answers a second")
    for name, line in section.data["by_connections"].items():
        axes.plot(line["connections"], line["throughput"], marker="o", label=name)
    axes.set_xscale("log", base=2)
    axes.set_ylim(bottom=0)
    return _write(axes, "Throughput by connections", file)


def _p99(section: Section, file: Path) -> Path:
    axes = _axes("load, as a share of saturation", "p99 in ms")
    for name, line in section.data["by_load"].items():
        axes.plot(line["load"], line["p99_ms"], marker="o", label=name)
    axes.set_yscale("log")
    return _write(axes, "p99 by load", file)


def _cost(section: Section, file: Path) -> Path:
    axes = _axes("learners", "CPU of a request in us")
    for name, costs in section.data["us"].items():
        axes.plot(section.data["sizes"], costs, marker="o", label=name)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    return _write(axes, section.title, file)


def _axes(x: str, y: str) -> Axes:
    _, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(visible=True, alpha=0.3)
    return axes


def _write(axes: Axes, title: str, file: Path) -> Path:
    axes.set_title(title)
    axes.legend()
    plt.savefig(file, dpi=120)
    plt.close()
    return file
