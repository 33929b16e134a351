"""A real PostgreSQL and a real Valkey in a data directory. Two Python wheels contain the programs.

For the start without configuration and for tests; production uses servers of its own.
"""

from scout_os.core.embedded.embedded_servers import EmbeddedServers, discard
from scout_os.core.embedded.errors import (
    DataDirInUse,
    DataDirNotUsable,
    EmbeddedError,
    NoServerBinary,
    PortTaken,
    ServerFailed,
)
from scout_os.core.embedded.keeper import ServerKeeper

__all__ = [
    "DataDirInUse",
    "DataDirNotUsable",
    "EmbeddedError",
    "EmbeddedServers",
    "NoServerBinary",
    "PortTaken",
    "ServerFailed",
    "ServerKeeper",
    "discard",
]
