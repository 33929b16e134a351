"""Figures of a busy machine say so."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.neighbours import read_usage

BURN = "import time\nwhile time.process_time() < 1: pass\n"


def test_own_children_are_no_neighbours() -> None:
    """What a child of ours used counts as ours when it has ended, and until then as somebody else's."""
    before = read_usage()
    child = subprocess.Popen(
        [sys.executable, "-c", BURN + "print('done', flush=True)\ninput()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    child.stdout.readline()
    running = read_usage()
    child.communicate(b"\n")
    ended = read_usage()
    assert running.own - before.own < 0.9
    assert ended.own - before.own > 0.9
    assert ended.shares_since(before)[0] < running.shares_since(before)[0]
