"""Stop the servers that a killed owner left running on a directory, and nothing else.

A pid file is not enough: another program may have the pid by now. On Linux a process is ours if it runs the server's
program with the directory as its working directory (as all PostgreSQL processes and Valkey do); elsewhere, if its
command line names both. The caller holds the directory's lock, so such a process cannot have a living owner.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from scout_os.core.embedded.process import wait_for

log = structlog.get_logger(__name__)

_SECONDS_PER_SIGNAL = 10.0


def clear_leftovers(pid_file: Path, process_names: frozenset[str], signals: Sequence[signal.Signals]) -> None:
    """Stop the servers left over in the pid file's directory, with each signal in turn, and delete a wrong pid file.

    Without a pid file no server ran there, or it ended cleanly, and nothing is done.
    """
    if not pid_file.exists():
        return
    directory = pid_file.parent
    list_pids = _pids_from_proc if sys.platform == "linux" else _pids_from_ps
    for signal_ in signals:
        if not (pids := list_pids(directory, process_names)):
            break
        log.warning("stopping_leftover_servers", directory=str(directory), pids=pids, signal=signal_.name)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal_)
        wait_for(lambda: not list_pids(directory, process_names), _SECONDS_PER_SIGNAL)
    if _is_wrong(pid_file):
        pid_file.unlink(missing_ok=True)


def _is_wrong(pid_file: Path) -> bool:
    """Tell whether PostgreSQL would wrongly believe that a server runs, because a zombie or another program has the pid.

    Otherwise the file stays: PostgreSQL uses it to look for processes that still hold its shared memory.
    """
    try:
        os.kill(int(pid_file.read_text().split("\n")[0]), 0)
    except (FileNotFoundError, ProcessLookupError):
        return False
    except (ValueError, OverflowError, PermissionError):  # empty after a power cut, or another user's process
        return True
    return True


def _pids_from_proc(directory: Path, process_names: frozenset[str]) -> list[int]:
    # A zombie has no working directory, so it is not listed.
    pids = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or belongs to another user
            program = (process / "exe").readlink().name.removesuffix(" (deleted)")
            if program in process_names and (process / "cwd").readlink() == directory:
                pids.append(int(process.name))
    return pids


def _pids_from_ps(directory: Path, process_names: frozenset[str]) -> list[int]:
    answer = subprocess.run(
        ["ps", "-axww", "-o", "pid=,stat=,args="],  # noqa: S607 - the path of `ps` differs between systems
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    pids = []
    for line in answer.splitlines():
        pid, state, command = line.split(maxsplit=2)
        program, separator, _ = command.partition(str(directory))
        # "…/postgres -D <directory>": an editor with one of our files open must not count as a server.
        if separator and "Z" not in state and any(f"/{name} " in program for name in process_names):
            pids.append(int(pid))
    return pids
