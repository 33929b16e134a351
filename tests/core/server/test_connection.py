"""HTTP/1.1 on the wire: answers in their order and framing, and an end for whatever does not end by itself."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from scout_os.cli.serve import MAX_FRAME_BYTES
from scout_os.core.server import connection
from scout_os.core.server.transport import TRANSPORT
from tests.core.server.lines import PATIENCE_SECONDS, request, serving, wire

LARGE = 1_000_000
SIZES = {"/large": LARGE, "/medium": 20_000}
"""More than this process keeps for a client, and so little that the kernel takes it at once."""
HELLO = "Content-Length: 5"
DEADLINE = 0.5
"""What the deadlines of a head, a body and an answer are set to, in seconds, where a test waits for one of them."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Says what was asked, and knows a few odd paths."""
    if scope["type"] != "http":
        return
    asked = Request(scope, receive)
    path = scope["path"]
    if path == "/early":
        await Response(status_code=413)(scope, receive, send)
        return
    body = await asked.body()
    answer: Response = PlainTextResponse(f"{scope['method']} {path} {body.decode()}")
    if path in SIZES:
        answer = PlainTextResponse("x" * SIZES[path])
    elif path == "/stream":
        answer = StreamingResponse(_pieces(), headers={"connection": "keep-alive"}, media_type="text/plain")
    elif path == "/headers":
        answer = PlainTextResponse(b" ".join(name for name, _ in scope["headers"]))
    elif path == "/slow":
        await asyncio.sleep(DEADLINE * 3)
    elif path == "/silent":
        return
    elif path == "/last":
        await asyncio.sleep(DEADLINE)
        answer.headers["connection"] = "close"
    elif path == "/fails":
        raise RuntimeError(path)
    elif path == "/split":
        answer.raw_headers.append((b"x-name", b"a\r\nset-cookie: b"))
    elif path == "/short":
        answer.headers["content-length"] = "99"
    await answer(scope, receive, send)


def _frame(size: int) -> bytes:
    """A message of a WebSocket's client."""
    return b"\x82\xff" + size.to_bytes(8, "big") + bytes(4) + bytes(size)


async def _pieces() -> AsyncIterator[bytes]:
    for piece in (b"one", b"two"):
        yield piece


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(app) as served:
        yield served.port


@pytest.fixture
def short_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "ANSWER_SECONDS", "LINGER_SECONDS"):
        monkeypatch.setattr(connection, name, DEADLINE)


@pytest.fixture
async def hasty(short_deadlines: None) -> AsyncIterator[int]:
    """A server with short deadlines."""
    async with serving(app) as served:
        yield served.port


async def test_requests_are_answered_in_their_order(port: int) -> None:
    """Sent all at once, byte by byte, or with bodies of any size: each gets its own answer, the connection stays."""
    async with wire(port) as line:
        large = b"b" * 200_000
        post = request("/b", HELLO, method="POST", body=b"hello")
        chunked = request("/c", "Transfer-Encoding: chunked", method="POST", body=b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")
        long = request("/d", f"Content-Length: {len(large)}", method="POST", body=large)
        await line.send(request("/a") + post + chunked + long + request("/e"))
        await line.send(*(bytes([byte]) for byte in post))
        bodies = [(await line.answer()).body for _ in range(6)]
    assert bodies == [b"GET /a ", b"POST /b hello", b"POST /c hello", b"POST /d " + large, b"GET /e ", b"POST /b hello"]


async def test_an_answer_is_framed_as_its_reader_knows_it(port: int) -> None:
    """Chunks for HTTP/1.1; until the end of the connection for HTTP/1.0; one `Connection` header at most; HEAD without a body."""
    async with wire(port) as line:
        await line.send(request("/stream"))
        answer = await line.answer()
        assert (answer.body, answer.all("connection")) == (b"onetwo", [])
        await line.send(request("/stream", method="HEAD"), request("/a"))
        head, after = await line.answer("HEAD"), await line.answer()
        assert (head.status, after.body) == (200, b"GET /a ")
    async with wire(port) as line:
        await line.send(request("/stream", "Connection: keep-alive", version="1.0"))
        answer = await line.answer()
    assert (answer.body, answer.all("transfer-encoding"), answer["connection"]) == (b"onetwo", [], "close")


async def test_close_is_obeyed_and_said(port: int) -> None:
    """After `Connection: close` nothing more is read, and the answer says so."""
    async with wire(port) as line:
        await line.send(request("/a", "Connection: close") + request("/b"))
        assert (await line.answer())["connection"] == "close"
        assert await line.rest() == b""


async def test_the_last_answer_is_not_taken_back(port: int) -> None:
    """A client that goes on sending after its last request can still read the answer: the connection is not reset."""
    with socket.create_connection(("127.0.0.1", port)) as talker:
        for said in (request("/a", "Connection: close"), b"more", b"and more"):
            talker.sendall(said)
            await asyncio.sleep(0.1)
        assert talker.recv(65536).endswith(b"GET /a ")


async def test_what_follows_a_body_is_no_header(port: int) -> None:
    """A trailer cannot say who asks."""
    trailer = b"2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\n\r\n"
    async with wire(port) as line:
        await line.send(request("/headers", "Transfer-Encoding: chunked", method="POST", body=trailer))
        assert (await line.answer()).body == b"host transfer-encoding"


async def test_who_sends_no_more_still_gets_answers(port: int) -> None:
    """A client may close its sending side once its requests are whole: `nc` does so, and some proxies."""
    for sent, answers in ((request("/slow"), 1), (request("/slow") + request("/a"), 2)):
        async with wire(port) as line:
            await line.send(sent)
            line.writer.write_eof()
            assert [(await line.answer()).status for _ in range(answers)] == [200] * answers
            assert await line.rest(1) == b""


async def test_a_last_answer_reaches_who_has_sent_more(hasty: int) -> None:
    """What is sent behind the request whose answer is the last is read and dropped: a reset could undo the answer."""
    async with wire(hasty) as line:
        await line.send(request("/last"), request("/a") * 2, b"x" * 5000)
        assert (await line.answer()).status == 200
        await asyncio.sleep(DEADLINE * 2)
        assert line.writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0


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


async def test_a_handshake_is_one_only_if_it_is_whole() -> None:
    """Where WebSockets are spoken: GET without a body shakes hands, anything else is an ordinary request; frames are bounded."""

    async def speaks(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] == "websocket.receive":
                await send({"type": "websocket.send", "text": str(len(message["bytes"]))})
        else:
            await app(scope, receive, send)

    shake = (
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    )
    async with serving(speaks, websockets=True) as served:
        async with wire(served.port) as line:
            await line.send(request("/a", *shake, "Sec-WebSocket-Extensions: permessage-deflate"))
            answer = await line.answer()
            assert (answer.status, answer.all("sec-websocket-extensions")) == (101, [])
            await line.send(_frame(5))
            assert await asyncio.wait_for(line.reader.readexactly(3), 10) == b"\x81\x015"
            await line.send(_frame(MAX_FRAME_BYTES + 1))
            assert str(MAX_FRAME_BYTES + 1).encode() not in await line.rest()
        for odd in (
            request("/a", *shake, HELLO, method="POST", body=b"hello"),
            request("/a", *shake, HELLO, body=b"hello"),
        ):
            async with wire(served.port) as line:
                await line.send(odd)
                assert (await line.answer()).body.endswith(b" /a hello")


async def test_a_body_is_asked_for_only_by_who_reads_it(port: int) -> None:
    """`Expect: 100-continue`: the word comes if the body is wanted; if not, the answer comes at once."""
    expects = ("Expect: 100-continue", HELLO)
    async with wire(port) as line:
        await line.send(request("/a", *expects, method="POST"))
        assert (await line.answer()).status == 100
        await line.send(b"hello")
        assert (await line.answer()).body == b"POST /a hello"
        await line.send(request("/early", *expects, method="POST"))
        answer = await line.answer()
        # Whether its body still comes is the client's choice, so what follows could be either.
        assert (answer.status, answer["connection"]) == (413, "close")


async def test_an_answer_that_breaks_its_word_ends_the_connection(port: int) -> None:
    """An application that fails, or would split a header, gets a 500 in the one shape; a body cut short is not completed."""
    for path in ("/fails", "/split", "/silent"):
        async with wire(port) as line:
            await line.send(request(path))
            answer = await line.answer()
            assert (answer.status, answer["connection"], await line.rest()) == (500, "close", b"")
            assert b'"code": "internal_error"' in answer.body
    async with wire(port) as line:
        await line.send(request("/short"))
        assert (await line.rest()).count(b"HTTP/1.1") <= 1


async def test_who_waits_when_the_server_ends_is_told_to_come_again() -> None:
    """A request that is not answered in the time that an ending server gives is 503 with `Retry-After`: it has not failed."""

    async def wait(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await asyncio.Event().wait()

    async with serving(wait) as served, wire(served.port) as line:
        await line.send(request("/hash"))
        served.server.should_exit = True
        answer = await line.answer()
    assert (answer.status, answer["retry-after"], answer["connection"]) == (503, "1", "close")


async def test_what_comes_too_slowly_is_cut_off(hasty: int) -> None:
    """No head, half a head, half a body, also behind another request: 408 once, in its place, and the end."""
    half = request("/b", HELLO, method="POST", body=b"he")
    for sent, words in ((b"", 0), (b"GET / HT", 0), (half, 0), (request("/a") + half, 1), (request("/slow") + half, 1)):
        async with wire(hasty) as line:
            await line.send(sent)
            answers = [await line.answer() for _ in range(words + 1)]
            assert [answer.status for answer in answers] == [200] * words + [408], sent
            assert await line.rest() == b""


async def test_who_is_not_read_is_not_late(hasty: int) -> None:
    """A request that waits behind slow ones, half read, is answered in its turn."""
    third = request("/c", HELLO, method="POST", body=b"hello")
    async with wire(hasty) as line:
        await line.send(request("/slow") + request("/b") + third[:20], third[20:-2], third[-2:])
        assert [(await line.answer()).body for _ in range(3)] == [b"GET /slow ", b"GET /b ", b"POST /c hello"]


async def test_a_large_body_has_time_while_it_moves(hasty: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture over a slow line arrives, however long it takes; one that stalls or trickles is cut off in time."""
    monkeypatch.setattr(connection, "BODY_PIECE_BYTES", 50_000)
    large = request("/a", "Content-Length: 600000", method="POST")
    async with wire(hasty) as line:
        await line.send(large)
        for _ in range(12):
            await line.send(b"x" * 50_000)
            await asyncio.sleep(DEADLINE / 4)
        assert (await line.answer()).status == 200
    for piece in (b"", b"x" * 1000):
        async with wire(hasty) as line:
            await line.send(large, b"x" * 100_000)
            answer = asyncio.ensure_future(line.answer())
            while not answer.done():
                await line.send(piece)
            assert (await answer).status == 408


async def test_nothing_follows_an_answer_that_came_before_its_body(hasty: int) -> None:
    """Refused unread: the rest of the body is dropped. If it never comes, the connection ends without a second answer."""
    async with wire(hasty) as line:
        await line.send(request("/early", "Content-Length: 100000", method="POST"))
        assert (await line.answer()).status == 413
        await line.send(b"x" * 100_000, request("/a"))
        assert (await line.answer()).body == b"GET /a "
        large = b"x" * 3_000_000
        await line.send(request("/early", f"Content-Length: {len(large)}", method="POST", body=large) + request("/a"))
        assert [(await line.answer()).status for _ in range(2)] == [413, 200]
        await line.send(request("/early", "Content-Length: 100000", method="POST"))
        assert (await line.answer()).status == 413
        assert await line.rest() == b""


async def test_an_answer_that_nobody_takes_is_cut_off(short_deadlines: None) -> None:
    """Whoever asks for large answers and reads nothing, or a little now and then, is cut off in time, with all that is unsent."""
    async with serving(app) as served:
        for target, takes in (("/large", 0), ("/large", 4096), ("/medium", 0)):
            with socket.socket() as reader:
                reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                reader.connect(("127.0.0.1", served.port))
                reader.sendall(request(target) * 5)
                end = time.monotonic() + DEADLINE * 20
                await asyncio.sleep(DEADLINE / 5)
                assert served.held() == 1
                while served.held():
                    assert time.monotonic() < end, (target, takes)
                    await asyncio.sleep(DEADLINE / 10)
                    with suppress(BlockingIOError, ConnectionError):
                        reader.recv(takes, socket.MSG_DONTWAIT)
        async with wire(served.port) as line:
            await line.send(request("/large"))
            assert len((await line.answer()).body) == LARGE


async def test_an_error_waits_for_the_answers_before_it(port: int) -> None:
    """Behind answers that the client has not taken yet, what is no HTTP gets its 400 last: no request is taken for it."""
    async with wire(port, receive_buffer=4096) as line:
        line.writer.transport.pause_reading()  # type: ignore[attr-defined] # of TCP
        await line.send(*[request("/large")] * 8, request("/a"), b"odd\r\n\r\n")
        line.writer.transport.resume_reading()  # type: ignore[attr-defined] # of TCP
        statuses = [(await line.answer()).status for _ in range(10)]
        assert statuses == [200] * 9 + [400]


async def test_little_is_kept_for_who_takes_no_answers() -> None:
    """Whoever leaves answers unread is not read either: requests with bodies do not pile up here."""
    transports: list[asyncio.Transport] = []

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            transports.append(scope["extensions"][TRANSPORT])
        await app(scope, receive, send)

    post = request("/a", "Content-Length: 60000", method="POST", body=b"x" * 60_000)
    async with serving(noting) as served, wire(served.port, receive_buffer=4096) as line:
        line.writer.transport.pause_reading()  # type: ignore[attr-defined] # of TCP
        await line.send(*[request("/large")] * 8, *[post] * 10)
        assert not transports[0].is_reading()
        line.writer.transport.resume_reading()  # type: ignore[attr-defined] # of TCP
        assert [(await line.answer()).status for _ in range(18)] == [200] * 18


async def test_what_has_begun_is_answered_when_the_server_ends() -> None:
    """Half a body, also behind another request, and requests that wait: each is answered, the last with the word."""
    half = request("/b", HELLO, method="POST", body=b"he")
    async with (
        serving(app) as served,
        wire(served.port) as alone,
        wire(served.port) as behind,
        wire(served.port) as idle,
    ):
        await idle.send(request("/a"))
        assert (await idle.answer()).status == 200
        await alone.send(half)
        await behind.send(request("/slow") + request("/a") + half)
        served.server.config.timeout_graceful_shutdown = PATIENCE_SECONDS
        served.server.should_exit = True
        assert await idle.rest() == b""
        for line, before in ((alone, 0), (behind, 2)):
            await line.send(b"llo")
            assert [(await line.answer()).status for _ in range(before)] == [200] * before
            answer = await line.answer()
            assert (answer.body, answer["connection"]) == (b"POST /b hello", "close")


async def test_an_idle_connection_is_kept_for_as_long_as_is_set() -> None:
    """A request within the time is answered; after it, the connection is closed without a word."""
    async with serving(app, keep_alive_seconds=1) as served, wire(served.port) as line:
        for _ in range(3):
            await line.send(request("/a"))
            assert (await line.answer()).status == 200
            await asyncio.sleep(0.6)
        assert await line.rest(2) == b""


async def test_requests_without_end_are_answered_in_part(port: int) -> None:
    """A thousand requests in one piece: the connection ends after as many as may wait, each answered, the last with the word."""
    async with wire(port) as line:
        await line.send(request("/a") * 1000)
        answers = [await line.answer()]
        while not answers[-1].all("connection"):
            answers.append(await line.answer())
        assert {answer.status for answer in answers} == {200}
        assert len(answers) <= connection.MAX_WAITING + 1
        assert await line.rest() == b""
