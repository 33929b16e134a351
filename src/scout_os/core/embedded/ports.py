"""Ports on the loopback address: the last ones if they are free, so that URLs in shells and tools stay valid."""

import json
import secrets
import socket
from pathlib import Path

from scout_os.core.embedded.files import write_private

HOST = "127.0.0.1"
# Below the kernel's range for outgoing connections (Linux: from 32768, macOS: from 49152). A client that retries while
# its server is dead could otherwise be given the server's own port, connect to itself, and block the port.
_RANGE = range(15_000, 32_000)


def choose_ports(memory: Path, names: list[str]) -> dict[str, int]:
    """Return a free port for each name and store the choice in the file `memory`.

    Another program may take a port before the server does; then the caller tries again.
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
        return {}  # without the file the servers get new ports


def _is_free(port: int) -> bool:
    if not port:
        return False
    with socket.socket() as probe:
        # As the servers do; otherwise lingering connections of the last run would make the port look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
