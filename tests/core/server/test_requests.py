"""What arrives is read as everybody reads it, or refused; upgrades that nobody speaks are ignored."""

from __future__ import annotations

from tests.core.server.lines import HELLO, request, wire


async def test_what_follows_a_body_is_no_header(port: int) -> None:
    """A trailer cannot say who asks."""
    trailer = b"2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\n\r\n"
    async with wire(port) as line:
        await line.send(request("/headers", "Transfer-Encoding: chunked", method="POST", body=trailer))
        assert (await line.answer()).body == b"host transfer-encoding"


async def test_framing_that_others_could_read_differently_is_refused(port: int) -> None:
    """One `Host`, one length, one coding: whoever stands before this server could otherwise see another request than it."""
    for odd in (
        b"GET / HTTP/1.1\r\n\r\n",
        request("/", "Host: y"),
        request("/", "Host: y", version="1.0"),
        *(
            request("/", *lines, method="POST", body=b"0\r\n\r\n")
            for lines in (
                ("Transfer-Encoding: gzip, chunked",),
                ("Transfer-Encoding: identity", "Transfer-Encoding: chunked"),
                ("Transfer-Encoding: ,chunked",),
                ("Transfer-Encoding: chunked, chunked",),
                ("Transfer-Encoding: chunked", "Content-Length: 5"),
                ("Content-Length: 5", "Content-Length: 5"),
            )
        ),
    ):
        async with wire(port) as line:
            await line.send(odd + request("/a"))
            answer = await line.answer()
            assert (answer.status, answer["connection"], await line.rest()) == (400, "close", b""), odd
    async with wire(port) as line:
        await line.send(b"GET /a HTTP/1.0\r\n\r\n")
        assert (await line.answer()).status == 200


async def test_an_upgrade_that_nobody_speaks_is_ignored(port: int) -> None:
    """Unknown protocols and WebSockets: the request is answered as it stands, its body is read, the next one is answered."""
    for word in ("h2c", "websocket", "TLS/1.0"):
        more = ("Connection: Upgrade, HTTP2-Settings", f"Upgrade: {word}", "HTTP2-Settings: AAMAAABkAAQAAP__")
        bare, post = request("/a", *more), request("/b", *more, HELLO, method="POST")
        chunked = request("/c", *more, "Transfer-Encoding: chunked", method="POST", body=b"5\r\nhello\r\n0\r\n\r\n")
        for pieces in (
            [bare + post + b"hello" + chunked + request("/d")],
            [bare, post, b"hello", chunked, request("/d")],
        ):
            async with wire(port) as line:
                await line.send(*pieces)
                bodies = [(await line.answer()).body for _ in range(4)]
                assert bodies == [b"GET /a ", b"POST /b hello", b"POST /c hello", b"GET /d "], word
        async with wire(port) as line:
            await line.send(request("/a", "Connection: close, Upgrade", f"Upgrade: {word}") + request("/b"))
            assert (await line.answer()).body == b"GET /a "
            assert await line.rest() == b""


async def test_no_handshake_of_a_websocket_succeeds(port: int) -> None:
    """A whole one is answered as the request that it also is, so that its sender knows at once; the connection goes on."""
    shake = (
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    )
    async with wire(port) as line:
        await line.send(request("/a", *shake) + request("/b"))
        assert [((answer := await line.answer()).status, answer.body) for _ in range(2)] == [
            (200, b"GET /a "),
            (200, b"GET /b "),
        ]
