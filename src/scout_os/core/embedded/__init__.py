"""A real PostgreSQL and a real Valkey inside a data directory, from programs that two wheels bring.

For the zero-configuration start and for tests; production sets the URLs of its own servers and never comes here.
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
from scout_os.core.embedded.lock import is_owned

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
    "is_owned",
]
