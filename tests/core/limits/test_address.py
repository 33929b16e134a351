"""Whose address a request has, and which addresses count as one."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from starlette.types import Message, Receive, Scope, Send

from scout_os.core.limits.address import ForwardedFor, address_key, client_address


@pytest.mark.parametrize(
    ("peer", "forwarded", "believed"),
    [
        ("203.0.113.9", ["10.0.0.1"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1", "203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["10.0.0.7, 10.0.0.2"], "10.0.0.7"),
        ("10.0.0.1", ["203.0.113.9, not an address"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9:1234"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("::ffff:10.0.0.1", ["2001:db8::7"], "2001:db8::7"),
    ],
)
def test_a_forged_forwarded_for(peer: str, forwarded: list[str], believed: str) -> None:
    """Only what our own proxies added at the right end is believed; what stands left of a stranger may be made up."""
    assert client_address(peer, forwarded, [ip_network("10.0.0.0/8")]) == believed


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_windows_of_the_app_come_from_where_our_proxy_says(kind: str) -> None:
    """The app's WebSocket has its learner's address, as a request has: else all learners behind a proxy would be one."""
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["client"][0])

    async def receive() -> Message:
        raise NotImplementedError  # the app above asks for nothing

    async def send(_: Message) -> None:
        raise NotImplementedError  # and answers nothing

    behind = ForwardedFor(app, [ip_network("10.0.0.0/8")])
    for peer in ("10.0.0.1", "203.0.113.9"):
        await behind(
            {"type": kind, "client": (peer, 1), "headers": [(b"x-forwarded-for", b"198.51.100.7")]}, receive, send
        )
    assert seen == ["198.51.100.7", "203.0.113.9"]


def test_an_attacker_with_a_whole_ipv6_network() -> None:
    """All addresses of a /64 count as one, and an IPv4 address in IPv6 clothes as itself."""
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff:1") != address_key("2001:db8:0:1::1")
    assert address_key("::ffff:203.0.113.9") == address_key("203.0.113.9") == "203.0.113.9"
    assert address_key("a\r\nFLUSHALL") == "unknown"
