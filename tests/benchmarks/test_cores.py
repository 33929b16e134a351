"""Cores for the service, and others for those who ask it."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.accounting import descendants
from benchmarks.cores import apart

PARENT = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'print(flush=True); input()']).wait()"


def test_service_and_generators_are_apart_for_the_block() -> None:
    """The service's children stay on its core, ours on the others, and afterwards all may go anywhere again.

    A single core is shared.
    """
    whole = os.sched_getaffinity(0)
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as service:
        assert service.stdout is not None
        service.stdout.readline()  # the child is there
        family = descendants(service.pid)
        assert len(family) == 2
        with apart(service.pid):
            (core,) = {frozenset(os.sched_getaffinity(pid)) for pid in family}
            assert len(core) == 1
            assert os.sched_getaffinity(0) == (whole - core or whole)
        assert all(os.sched_getaffinity(pid) == whole for pid in (os.getpid(), *family))
        service.communicate(b"\n")
