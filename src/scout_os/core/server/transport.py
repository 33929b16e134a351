"""Lets the application bound what a client that does not read costs, and abort its connection.

The server closes a connection only after it has sent everything.
"""

from __future__ import annotations

import asyncio
import socket

from starlette.types import Scope

TRANSPORT = "scout_os.transport"
"""The extension of a request's scope that holds the connection's transport."""
SEND_BUFFER_BYTES = 64 * 1024
"""Buffered by the kernel for a client that does not read."""
WAITING_BYTES = 16 * 1024
"""Buffered by this process for such a client, before `send` waits."""


def keep_little(scope: Scope) -> None:
    """Make the buffers of this connection small, so that `send` soon shows that the client does not read."""
    transport = _transport(scope)
    if transport is not None:
        transport.set_write_buffer_limits(high=WAITING_BYTES)
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)


async def hang_up(scope: Scope) -> None:
    """Abort this connection and discard what has not been sent."""
    transport = _transport(scope)
    if transport is not None:
        transport.abort()
        await asyncio.sleep(0)  # the server notices in the loop's next iteration


def _transport(scope: Scope) -> asyncio.Transport | None:
    transport: asyncio.Transport | None = (scope.get("extensions") or {}).get(TRANSPORT)
    return transport
