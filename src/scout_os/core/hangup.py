"""Lets the application abort a connection.

The server closes a connection only after it has sent everything. If the client does not read, that takes for ever.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from starlette.types import Scope

from scout_os.core.bounded_http import BoundedProtocol

EXTENSION = "scout_os.transport"
ON_SHUTDOWN = "on_shutdown"
"""The key, in the application's lifespan state, of what is called for each connection when the server begins to end."""
SEND_BUFFER_BYTES = 64 * 1024
"""Buffered by the kernel for a client that does not read."""
WAITING_BYTES = 16 * 1024
"""Buffered by this process for such a client, before `send` waits."""


class HangupProtocol(BoundedProtocol):
    """Adds the connection's transport to the scope of each request."""

    def shutdown(self) -> None:
        """The server is about to end and waits for open answers: those that do not end by themselves must be told."""
        tell: Callable[[], None] | None = self.app_state.get(ON_SHUTDOWN)
        if tell is not None:
            tell()
        super().shutdown()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        extensions: dict[str, Any] = {EXTENSION: self.transport}
        self.scope["extensions"] = extensions


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
    transport: asyncio.Transport | None = (scope.get("extensions") or {}).get(EXTENSION)
    return transport
