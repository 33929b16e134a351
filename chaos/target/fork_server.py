"""Run as a program: imports the service once, then forks a serving process for each line on its standard input.

A fork is ready within a fraction of the second that a fresh interpreter takes, so that thousands of kills are affordable.
Each child is a process of its own with its own listener, dies with this program, and can be killed like any other.
A line in is a JSON object of environment variables; a line out is `{"pid": …, "port": …}`.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys

import uvicorn

from scout_os.app import create_app
from scout_os.cli.serve import server_config

PR_SET_PDEATHSIG = 1


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries children
    for line in sys.stdin:
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        port = listener.getsockname()[1]
        pid = os.fork()
        if not pid:
            _serve(listener, json.loads(line))
        listener.close()
        sys.stdout.write(json.dumps({"pid": pid, "port": port}) + "\n")
        sys.stdout.flush()


def _serve(listener: socket.socket, environment: dict[str, str]) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):  # the parent's pipes are not ours; standard error stays the common log
        os.dup2(silence, stream)
    os.environ.update(environment)
    try:
        uvicorn.Server(server_config(create_app())).run(sockets=[listener])
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
