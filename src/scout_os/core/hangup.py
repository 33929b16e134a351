"""Connections that an application may cut: the server's own protocol, with a handle on the transport.

A server closes a connection only after it has sent everything, and to who does not read that may take for ever.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from starlette.types import Scope

from scout_os.core.bounded_http import BoundedProtocol

EXTENSION = "scout_os.transport"
SEND_BUFFER_BYTES = 64 * 1024
"""What the kernel keeps for a peer that does not read."""
WAITING_BYTES = 16 * 1024
"""What this process keeps for it, before sending has to wait."""


class HangupProtocol(BoundedProtocol):
    """HTTP/1.1 by httptools; a request's scope also carries its transport."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        extensions: dict[str, Any] = {EXTENSION: self.transport}
        self.scope["extensions"] = extensions


def keep_little(scope: Scope) -> None:
    """Let little wait for the peer of this connection, here and in the kernel: sending soon shows that it does not read."""
    transport = _transport(scope)
    if transport is not None:
        transport.set_write_buffer_limits(high=WAITING_BYTES)
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)


async def hang_up(scope: Scope) -> None:
    """Cut this connection, whatever waits to be sent."""
    transport = _transport(scope)
    if transport is not None:
        transport.abort()
        await asyncio.sleep(0)  # the server learns of it in the loop's next round


def _transport(scope: Scope) -> asyncio.Transport | None:
    transport: asyncio.Transport | None = (scope.get("extensions") or {}).get(EXTENSION)
    return transport
