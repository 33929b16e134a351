"""The address that asks: the connection's, or what a proxy of ours says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

Network: TypeAlias = IPv4Network | IPv6Network


def client_address(peer: str, forwarded: Sequence[str], proxies: Sequence[Network]) -> str:
    """The nearest address that is no proxy of ours. `forwarded`: the lines of `X-Forwarded-For`, in order.

    A proxy adds whom it talks to at the right end; all that stands left of a stranger may be made up.
    """
    address = peer
    for hop in reversed([hop.strip() for line in forwarded for hop in line.split(",")]):
        if not _is_proxy(address, proxies) or _parsed(hop) is None:
            break
        address = hop
    return address


@lru_cache(maxsize=4096)
def address_key(address: str) -> str:
    """Whom an address stands for: with IPv6 the whole /64, of which a household has one and its choice of addresses."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed) if parsed is not None else "unknown"


def request_address(scope: Scope) -> str:
    client = scope.get("client")
    return address_key(client[0]) if client else "unknown"


class ForwardedFor:
    """ASGI middleware: puts the client's address in the place of a trusted proxy's."""

    def __init__(self, app: ASGIApp, proxies: Sequence[Network]) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and scope["client"] is not None:
            forwarded = Headers(scope=scope).getlist("x-forwarded-for")
            if forwarded:
                scope["client"] = (client_address(scope["client"][0], forwarded, self._proxies), 0)
        await self._app(scope, receive, send)


def _is_proxy(address: str, proxies: Sequence[Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in proxies)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed
