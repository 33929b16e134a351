"""Run as a program of its own between our process and a server: become the right account, then become the server.

A `preexec_fn` of subprocess would be shorter, but it runs Python in a forked child of a process with threads, where
it may wait for ever for a lock that another thread held. This costs 15 ms instead. It must use the standard library
only: it runs isolated, without site-packages.

Arguments: uid, gid, pid of the starter, signal to get when the starter dies (0: none), and the command.
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
        # After setuid, which clears it. It follows the thread that started us, and survives the exec.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != starter:  # it died before we asked
            sys.exit("the process that started this server is gone")
    os.umask(0o077)
    os.chdir("/")
    # LC_ALL=C keeps messages in English, which we read, and PostgreSQL single-threaded on macOS.
    os.execve(command[0], command, {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"})  # noqa: S606 - our own program


if __name__ == "__main__":
    main(sys.argv[1:])
