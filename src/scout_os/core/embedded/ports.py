"""Ports on the loopback address: last time's when it is free, so that an address in a shell or a tool stays right."""

import json
import secrets
import socket
from pathlib import Path

from scout_os.core.embedded.files import write_private

HOST = "127.0.0.1"
# Below the range from which kernels take the ports of outgoing connections (Linux 32768, macOS 49152). Inside it, a
# client that retries against a dead server may be given that very port, connect to itself, and keep the server out.
_RANGE = range(15_000, 32_000)


def choose_ports(memory: Path, names: list[str]) -> dict[str, int]:
    """Return a free port for each name and remember them in the file `memory`.

    Free is what it was at that moment: another program may be faster, so the caller tries again.
    """
    remembered = _recall(memory)
    chosen: dict[str, int] = {}
    for name in names:
        port = remembered.get(name, 0)
        while port in chosen.values() or not _is_free(port):
            port = secrets.choice(_RANGE)
        chosen[name] = port
    if chosen != remembered:
        write_private(memory, json.dumps(chosen))
    return chosen


def _recall(memory: Path) -> dict[str, int]:
    try:
        return {str(name): int(port) for name, port in json.loads(memory.read_text()).items()}
    except (FileNotFoundError, ValueError, AttributeError, TypeError):
        return {}  # a lost memory costs only the ports


def _is_free(port: int) -> bool:
    if not port:
        return False
    with socket.socket() as probe:
        # As the servers do it; otherwise connections of the last run that linger would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
