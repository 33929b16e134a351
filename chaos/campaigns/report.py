"""What a campaign prints at its end."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any


def quantile(figures: Sequence[float], share: float) -> float:
    """The figure below which that share of them is; 0 if there are none."""
    ordered = sorted(figures) or [0.0]
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def tell(chosen: argparse.Namespace, figures: dict[str, Any], violations: Sequence[str], *, good: bool = True) -> int:
    """Print the figures as JSON, and all violations; the exit code, 0 if there are none and all else is good."""
    told = {"seed": chosen.seed, **figures, "violations": len(violations)}
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    sys.stdout.writelines(f"{violation}\n" for violation in violations)
    return 0 if good and not violations else 1


def chosen_as(chosen: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Options of the command line as the arguments of the same names."""
    return {name: getattr(chosen, name) for name in names}
