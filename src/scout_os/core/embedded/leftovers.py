"""Stop what a killed owner left running on a directory, if it is provably ours, and nothing else.

A pid file alone proves nothing: its number may belong to another program by now. On Linux the proof is that a process
runs the server's program inside the directory (every PostgreSQL process and Valkey work there); elsewhere, that its
command line names both. The caller holds the lock of the directory, so no such process can have a living owner.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger(__name__)

_SECONDS_PER_SIGNAL = 10.0


def clear_leftovers(pid_file: Path, process_names: frozenset[str], signals: Sequence[signal.Signals]) -> None:
    """Stop the servers left over in the pid file's directory, each signal in turn, and drop a pid file that misleads.

    Without a pid file nothing ran there or it ended cleanly, and nothing is looked for.
    """
    if not pid_file.exists():
        return
    directory = pid_file.parent
    list_pids = _pids_from_proc if sys.platform == "linux" else _pids_from_ps
    for signal_ in signals:
        if not (pids := list_pids(directory, process_names)):
            break
        logger.warning("stopping servers left over in %s: pids %s, %s", directory, pids, signal_.name)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal_)
        _wait_until(lambda: not list_pids(directory, process_names))
    if _misleads(pid_file):
        pid_file.unlink(missing_ok=True)


def _misleads(pid_file: Path) -> bool:
    """Tell whether PostgreSQL would take the file for that of a running server: a zombie or another program answers.

    Otherwise the file stays, for PostgreSQL uses it to look for processes that still hold its shared memory.
    """
    try:
        os.kill(int(pid_file.read_text().split("\n")[0]), 0)
    except (FileNotFoundError, ProcessLookupError):
        return False
    except (ValueError, OverflowError, PermissionError):  # empty after a power cut, or somebody else's process
        return True
    return True


def _pids_from_proc(directory: Path, process_names: frozenset[str]) -> list[int]:
    # A zombie has no working directory any more, so it isn't listed.
    pids = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or belongs to somebody else
            program = (process / "exe").readlink().name.removesuffix(" (deleted)")
            if program in process_names and (process / "cwd").readlink() == directory:
                pids.append(int(process.name))
    return pids


def _pids_from_ps(directory: Path, process_names: frozenset[str]) -> list[int]:
    answer = subprocess.run(
        ["ps", "-axww", "-o", "pid=,stat=,args="],  # noqa: S607 - `ps` sits elsewhere on every system
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    pids = []
    for line in answer.splitlines():
        pid, state, command = line.split(maxsplit=2)
        program, separator, _ = command.partition(str(directory))
        # "…/postgres -D <directory>": an editor that has one of our files open must not look like a server.
        if separator and "Z" not in state and any(f"/{name} " in program for name in process_names):
            pids.append(int(pid))
    return pids


def _wait_until(condition: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + _SECONDS_PER_SIGNAL
    while not condition() and time.monotonic() < give_up_at:
        time.sleep(0.02)
