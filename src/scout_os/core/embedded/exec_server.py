"""A small program that switches to the servers' account and then executes the server.

A `preexec_fn` of subprocess would be shorter, but it runs Python in a forked child of a process with threads, where
it may wait for ever for a lock that another thread held. This program costs 15 ms instead. It runs isolated, without
site-packages, so it may import the standard library only.

Arguments: uid, gid, pid of the starter, signal to receive when the starter dies (0: none), and the command.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    uid, gid, starter, death_signal = (int(argument) for argument in arguments[:4])
    command = arguments[4:]
    if os.geteuid() != uid:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if death_signal:
        # After setuid, which would clear it. The kernel keeps it across exec.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != starter:  # the starter died before prctl
            sys.exit("the process that started this server is gone")
    os.umask(0o077)
    os.chdir("/")
    # With LC_ALL=C messages are in English, which our code parses, and PostgreSQL stays single-threaded on macOS.
    os.execve(command[0], command, {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"})  # noqa: S606 - our own program


if __name__ == "__main__":
    main(sys.argv[1:])
