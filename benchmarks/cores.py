"""Gives the service and whoever asks it cores of their own, so that more requests do not leave it less to answer them with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.accounting import descendants


@contextmanager
def apart(serve_pid: int) -> Iterator[None]:
    """For the block, the service and its servers have the first core, this process and its generators the others.

    The service must be a child of this process. On a single core all stay together.
    """
    whole = os.sched_getaffinity(0)
    first, *others = sorted(whole)
    if not others:
        yield
        return
    _pin(os.getpid(), set(others))
    _pin(serve_pid, {first})
    try:
        yield
    finally:
        _pin(os.getpid(), whole)


def _pin(root: int, cores: Set[int]) -> None:
    """All threads of `root` and what descends from it; what they start later inherits it."""
    for pid in descendants(root):
        with suppress(OSError):  # ended meanwhile
            for thread in Path(f"/proc/{pid}/task").iterdir():
                with suppress(ProcessLookupError):
                    os.sched_setaffinity(int(thread.name), cores)
