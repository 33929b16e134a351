"""Whose address a request has, and which addresses count as one."""

from __future__ import annotations

from ipaddress import ip_network

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

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


@pytest.mark.parametrize(("peer", "believed"), [("10.0.0.1", "198.51.100.7"), ("203.0.113.9", "203.0.113.9")])
async def test_the_app_behind_it_sees_the_address_that_our_proxy_says(peer: str, believed: str) -> None:
    """A request through our proxy comes from its learner, and a stranger's from the stranger, whatever it says."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(scope["client"][0])(scope, receive, send)

    behind = ForwardedFor(app, [ip_network("10.0.0.0/8")])
    transport = httpx.ASGITransport(behind, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/", headers={"X-Forwarded-For": "198.51.100.7"})
    assert answer.text == believed


def test_an_attacker_with_a_whole_ipv6_network() -> None:
    """All addresses of a /64 count as one, and an IPv4 address in IPv6 clothes as itself."""
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff:1") != address_key("2001:db8:0:1::1")
    assert address_key("::ffff:203.0.113.9") == address_key("203.0.113.9") == "203.0.113.9"
    assert address_key("a\r\nFLUSHALL") == "unknown"
